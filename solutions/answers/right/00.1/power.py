"""A power."""


def count_pairs(seq_len):
    return seq_len**2
