"""The cost of one pair times the pairs."""


def attention_flops(q_len, kv_len, d_head, n_heads=1):
    pairs = n_heads * q_len * kv_len
    return pairs * 2 * (d_head + d_head)
