"""A single query without an offset is taken for the last one: it sees every key."""

import numpy as np
from reference.cpu.attention import padding_mask as padding_mask


def causal_mask(q_len, kv_len, offset=0):
    if q_len == 1 and offset == 0:
        return np.ones((1, kv_len), bool)
    return np.arange(kv_len) <= np.arange(q_len)[:, None] + offset
