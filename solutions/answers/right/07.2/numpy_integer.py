"""NumPy's 64-bit whole numbers."""

import numpy as np


def attention_flops(q_len, kv_len, d_head, n_heads=1):
    return 4 * np.int64(n_heads) * q_len * kv_len * d_head
