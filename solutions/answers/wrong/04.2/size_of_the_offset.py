"""A negative offset counts as a positive one."""

import numpy as np


def causal_mask(q_len, kv_len, offset=0):
    return np.arange(kv_len) <= np.arange(q_len)[:, None] + abs(offset)


def padding_mask(lengths, kv_len):
    return np.arange(kv_len) < np.asarray(lengths)[:, None, None]
