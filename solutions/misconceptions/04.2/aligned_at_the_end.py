"""Your last query sees every key whatever the offset is: the mask is aligned at the bottom right. Where
does query 0 stand when the offset is 0?
"""

import numpy as np


def causal_mask(q_len, kv_len, offset=0):
    return np.arange(kv_len) <= np.arange(q_len)[:, None] + (kv_len - q_len) + offset


def padding_mask(lengths, kv_len):
    return np.arange(kv_len) < np.asarray(lengths)[:, None, None]
