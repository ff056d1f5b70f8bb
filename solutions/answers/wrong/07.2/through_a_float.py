"""A float has 53 bits; the count for millions of tokens has more."""


def attention_flops(q_len, kv_len, d_head, n_heads=1):
    return int(4.0 * n_heads * q_len * kv_len * d_head)
