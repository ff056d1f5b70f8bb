"""The count is that of a single head."""


def attention_flops(q_len, kv_len, d_head, n_heads=1):
    return 4 * q_len * kv_len * d_head
