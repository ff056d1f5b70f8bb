"""Doubles, then halves the gap."""


def attention_bytes(q_len, kv_len, d_head, n_heads=1, itemsize=4):
    numbers = 2 * (q_len + kv_len) * d_head + 2 * q_len * kv_len
    return numbers * n_heads * itemsize


def max_seq_len(memory_bytes, d_head, n_heads=1, itemsize=4):
    low, high = 0, 1
    while attention_bytes(high, high, d_head, n_heads, itemsize) <= memory_bytes:
        high *= 2
    while high - low > 1:
        middle = (low + high) // 2
        fits = attention_bytes(middle, middle, d_head, n_heads, itemsize) <= memory_bytes
        low, high = (middle, high) if fits else (low, middle)
    return low
