"""Your padding mask is True on the padding. Which tokens may be attended to?"""

import numpy as np


def causal_mask(q_len, kv_len, offset=0):
    return np.arange(kv_len) <= np.arange(q_len)[:, None] + offset


def padding_mask(lengths, kv_len):
    return np.arange(kv_len) >= np.asarray(lengths)[:, None, None]
