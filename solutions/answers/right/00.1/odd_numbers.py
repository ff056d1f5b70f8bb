"""The first n odd numbers add up to n squared."""


def count_pairs(seq_len):
    return sum(range(1, 2 * seq_len, 2))
