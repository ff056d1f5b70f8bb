"""It is a little too much: the softmax was counted too. The convention here is the two matrix products
alone.
"""


def attention_flops(q_len, kv_len, d_head, n_heads=1):
    return n_heads * (4 * q_len * kv_len * d_head + 3 * q_len * kv_len)
