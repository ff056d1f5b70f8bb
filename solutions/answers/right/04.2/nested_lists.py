"""Lists of Python bools."""

import numpy as np


def causal_mask(q_len, kv_len, offset=0):
    return np.array([[j <= i + offset for j in range(kv_len)] for i in range(q_len)])


def padding_mask(lengths, kv_len):
    return np.array([[[j < length for j in range(kv_len)]] for length in lengths])
