"""The number of heads went in twice. Each head has d_head columns, and there are n_heads of them: once is
enough.
"""


def attention_flops(q_len, kv_len, d_head, n_heads=1):
    return 4 * n_heads**2 * q_len * kv_len * d_head
