"""Your queries may look at what stands before them, and not at themselves. Does a token know itself?"""

import numpy as np


def causal_mask(q_len, kv_len, offset=0):
    return np.arange(kv_len) < np.arange(q_len)[:, None] + offset


def padding_mask(lengths, kv_len):
    return np.arange(kv_len) < np.asarray(lengths)[:, None, None]
