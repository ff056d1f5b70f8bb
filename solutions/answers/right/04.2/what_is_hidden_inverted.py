"""The upper triangle, inverted."""

import numpy as np


def causal_mask(q_len, kv_len, offset=0):
    return ~np.triu(np.ones((q_len, kv_len), dtype=bool), k=1 + offset)


def padding_mask(lengths, kv_len):
    hidden = np.arange(kv_len)[None, :] >= np.reshape(lengths, (-1, 1))
    return np.logical_not(hidden)[:, np.newaxis, :]
