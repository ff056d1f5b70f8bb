"""Only one of the two products was multiplied by n_heads. Add them first: * binds before +, so the sum needs
brackets.
"""


def attention_flops(q_len, kv_len, d_head, n_heads=1):
    return 2 * q_len * d_head * kv_len + 2 * q_len * kv_len * d_head * n_heads
