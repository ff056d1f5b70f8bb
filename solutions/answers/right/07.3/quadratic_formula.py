"""The textbook formula for the root of 2 n² + 4 d n - c."""

import math


def attention_bytes(q_len, kv_len, d_head, n_heads=1, itemsize=4):
    return itemsize * n_heads * (2 * q_len * d_head + 2 * kv_len * d_head + 2 * q_len * kv_len)


def max_seq_len(memory_bytes, d_head, n_heads=1, itemsize=4):
    a, b, c = 2, 4 * d_head, -memory_bytes / (itemsize * n_heads)
    return int((-b + math.sqrt(b * b - 4 * a * c)) / (2 * a) + 1e-9)
