"""One token after another."""


def attention_bytes(q_len, kv_len, d_head, n_heads=1, itemsize=4):
    return itemsize * n_heads * 2 * (q_len * d_head + kv_len * d_head + q_len * kv_len)


def max_seq_len(memory_bytes, d_head, n_heads=1, itemsize=4):
    n = 0
    while attention_bytes(n + 1, n + 1, d_head, n_heads, itemsize) <= memory_bytes:
        n += 1
    return n
