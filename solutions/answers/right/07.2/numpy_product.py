"""NumPy multiplies the sizes."""

import numpy as np


def attention_flops(q_len, kv_len, d_head, n_heads=1):
    multiplications = additions = 2 * np.prod([q_len, kv_len, d_head, n_heads])
    return multiplications + additions
