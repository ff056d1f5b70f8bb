"""One more token adds a row, a column and a corner."""


def count_pairs(seq_len):
    return 0 if seq_len == 0 else count_pairs(seq_len - 1) + 2 * seq_len - 1
