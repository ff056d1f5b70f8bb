"""The positions get the dtype of the lengths, and 8 bits end at 127."""

import numpy as np


def causal_mask(q_len, kv_len, offset=0):
    return np.arange(kv_len) <= np.arange(q_len)[:, None] + offset


def padding_mask(lengths, kv_len):
    n = np.asarray(lengths)[:, None, None]
    return np.arange(kv_len).astype(n.dtype) < n
