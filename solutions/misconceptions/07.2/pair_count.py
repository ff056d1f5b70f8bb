"""It is the number of pairs. What does one pair cost?"""


def attention_flops(q_len, kv_len, d_head, n_heads=1):
    return n_heads * q_len * kv_len
