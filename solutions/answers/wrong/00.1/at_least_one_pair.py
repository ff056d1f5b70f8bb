"""An empty sequence has no pair."""


def count_pairs(seq_len):
    return max(1, seq_len**2)
