"""The masks hold 0 and -inf, to be added to the scores."""

import numpy as np


def causal_mask(q_len, kv_len, offset=0):
    return np.where(np.arange(kv_len) <= np.arange(q_len)[:, None] + offset, 0.0, -np.inf)


def padding_mask(lengths, kv_len):
    return np.where(np.arange(kv_len) < np.asarray(lengths)[:, None, None], 0.0, -np.inf)
