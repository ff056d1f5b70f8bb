"""It is half of what it should be. Either the additions are missing, or one of the two products is."""


def attention_flops(q_len, kv_len, d_head, n_heads=1):
    return 2 * n_heads * q_len * kv_len * d_head
