"""The formula in floats, rounded down."""

import math


def attention_bytes(q_len, kv_len, d_head, n_heads=1, itemsize=4):
    return itemsize * n_heads * (2 * (q_len + kv_len) * d_head + 2 * q_len * kv_len)


def max_seq_len(memory_bytes, d_head, n_heads=1, itemsize=4):
    return math.floor(math.sqrt(d_head**2 + memory_bytes / (2 * itemsize * n_heads)) - d_head)
