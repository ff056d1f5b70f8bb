"""Your padding mask keeps the last tokens of each sentence. On which side do the real tokens stand?"""

import numpy as np


def causal_mask(q_len, kv_len, offset=0):
    return np.arange(kv_len) <= np.arange(q_len)[:, None] + offset


def padding_mask(lengths, kv_len):
    return np.arange(kv_len) >= kv_len - np.asarray(lengths)[:, None, None]
