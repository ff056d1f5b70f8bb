"""A number of pairs is a whole number."""


def count_pairs(seq_len):
    return seq_len**2.0
