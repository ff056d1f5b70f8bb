"""Your padding mask has two axes. A mask for a batch of weights has an axis for the queries between the
batch and the keys: what is its size when all queries see the same?
"""

import numpy as np


def causal_mask(q_len, kv_len, offset=0):
    return np.arange(kv_len) <= np.arange(q_len)[:, None] + offset


def padding_mask(lengths, kv_len):
    return np.arange(kv_len) < np.asarray(lengths)[:, None]
