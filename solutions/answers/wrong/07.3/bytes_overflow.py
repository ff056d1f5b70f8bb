"""The bytes are counted with 32 bits."""

import numpy as np


def attention_bytes(q_len, kv_len, d_head, n_heads=1, itemsize=4):
    q, k, d = np.int32(q_len), np.int32(kv_len), np.int32(d_head)
    return int(itemsize * n_heads * 2 * ((q + k) * d + q * k))
