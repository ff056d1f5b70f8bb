"""It is a quarter of what it should be. There are two products, and in each of them every multiplication
comes with an addition.
"""


def attention_flops(q_len, kv_len, d_head, n_heads=1):
    return n_heads * q_len * kv_len * d_head
