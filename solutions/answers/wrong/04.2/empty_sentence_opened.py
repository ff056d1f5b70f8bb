"""A sentence without tokens sees everything."""

import numpy as np


def causal_mask(q_len, kv_len, offset=0):
    return np.arange(kv_len) <= np.arange(q_len)[:, None] + offset


def padding_mask(lengths, kv_len):
    lengths = np.where(np.asarray(lengths) == 0, kv_len, lengths)
    return np.arange(kv_len) < lengths[:, None, None]
