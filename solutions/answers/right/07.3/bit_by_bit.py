"""Sets the bits of n from the highest to the lowest, as long as it fits."""


def attention_bytes(q_len, kv_len, d_head, n_heads=1, itemsize=4):
    return 2 * itemsize * n_heads * ((q_len + kv_len) * d_head + q_len * kv_len)


def max_seq_len(memory_bytes, d_head, n_heads=1, itemsize=4):
    n = 0
    for bit in reversed(range(40)):
        longer = n | 1 << bit
        if attention_bytes(longer, longer, d_head, n_heads, itemsize) <= memory_bytes:
            n = longer
    return n
