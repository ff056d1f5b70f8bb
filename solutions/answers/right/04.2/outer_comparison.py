"""Comparisons as outer products."""

import numpy as np


def causal_mask(q_len, kv_len, offset=0):
    return np.greater_equal.outer(np.arange(q_len) + offset, np.arange(kv_len))


def padding_mask(lengths, kv_len):
    return np.expand_dims(np.greater.outer(lengths, np.arange(kv_len)), 1)
