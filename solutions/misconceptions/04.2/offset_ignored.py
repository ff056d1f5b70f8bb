"""Your mask is the same for every offset. At which position does the first query stand when there is a
cache?
"""

import numpy as np


def causal_mask(q_len, kv_len, offset=0):
    return np.arange(kv_len) <= np.arange(q_len)[:, None]


def padding_mask(lengths, kv_len):
    return np.arange(kv_len) < np.asarray(lengths)[:, None, None]
