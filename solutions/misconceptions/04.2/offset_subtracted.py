"""A larger offset hides more of your keys. It moves the queries to the right: should they then see more
or less?
"""

import numpy as np


def causal_mask(q_len, kv_len, offset=0):
    return np.arange(kv_len) <= np.arange(q_len)[:, None] - offset


def padding_mask(lengths, kv_len):
    return np.arange(kv_len) < np.asarray(lengths)[:, None, None]
