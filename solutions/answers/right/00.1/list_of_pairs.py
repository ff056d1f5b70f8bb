"""Writes every pair down and counts."""


def count_pairs(seq_len):
    return len([(i, j) for i in range(seq_len) for j in range(seq_len)])
