"""It uses the number of keys for both sides of the table of pairs. There may be fewer queries than keys."""


def attention_flops(q_len, kv_len, d_head, n_heads=1):
    return 4 * n_heads * kv_len**2 * d_head
