"""A query that stands before all keys still sees the first one."""

import numpy as np


def causal_mask(q_len, kv_len, offset=0):
    return np.arange(kv_len) <= np.maximum(np.arange(q_len)[:, None] + offset, 0)


def padding_mask(lengths, kv_len):
    return np.arange(kv_len) < np.asarray(lengths)[:, None, None]
