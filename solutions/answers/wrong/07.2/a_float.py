"""A count is a whole number."""


def attention_flops(q_len, kv_len, d_head, n_heads=1):
    return 4.0 * n_heads * q_len * kv_len * d_head
