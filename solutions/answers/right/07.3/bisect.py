"""Python's own bisect."""

import bisect


def attention_bytes(q_len, kv_len, d_head, n_heads=1, itemsize=4):
    return itemsize * n_heads * (2 * (q_len + kv_len) * d_head + 2 * q_len * kv_len)


def max_seq_len(memory_bytes, d_head, n_heads=1, itemsize=4):
    def size(n):
        return attention_bytes(n, n, d_head, n_heads, itemsize)

    return bisect.bisect_right(range(10**7), memory_bytes, key=size) - 1
