"""Your number is that of handshakes in a room: each pair once, and nobody with themselves. Here both
directions count, and looking at oneself counts.
"""


def count_pairs(seq_len):
    return seq_len * (seq_len - 1) // 2
