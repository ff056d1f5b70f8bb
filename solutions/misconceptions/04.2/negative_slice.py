"""A slice whose end is negative counts from the back, so a negative offset opens keys instead of hiding
them. What should a query see that stands before all keys?
"""

import numpy as np


def causal_mask(q_len, kv_len, offset=0):
    mask = np.zeros((q_len, kv_len), bool)
    for i in range(q_len):
        mask[i, : i + 1 + offset] = True
    return mask


def padding_mask(lengths, kv_len):
    return np.arange(kv_len) < np.asarray(lengths)[:, None, None]
