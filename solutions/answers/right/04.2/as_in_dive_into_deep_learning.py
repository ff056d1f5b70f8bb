"""As in Dive into Deep Learning: one row of positions against a column of valid lengths."""

import numpy as np


def causal_mask(q_len, kv_len, offset=0):
    dec_valid_lens = np.arange(1 + offset, q_len + 1 + offset)
    return np.arange(kv_len)[None, :] < dec_valid_lens[:, None]


def padding_mask(lengths, kv_len):
    valid_len = np.asarray(lengths)
    mask = np.arange(kv_len)[None, :] < valid_len[:, None]
    return np.expand_dims(mask, 1)
