"""math.prod."""

import math


def attention_flops(q_len, kv_len, d_head, n_heads=1):
    return 4 * math.prod((n_heads, q_len, kv_len, d_head))
