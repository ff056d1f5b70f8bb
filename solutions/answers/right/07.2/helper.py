"""A helper for matrix products."""


def product(m, k, n):
    return 2 * m * k * n


def attention_flops(q_len, kv_len, d_head, n_heads=1):
    return sum(product(q_len, d_head, kv_len) + product(q_len, kv_len, d_head) for _ in range(n_heads))
