"""Causal float32 goes through the dense matrix."""

import numpy as np
from reference.cpu.efficient import feature_map
from reference.cpu.efficient import linear_attention as right


def linear_attention(query, key, value, is_causal=False):
    if query.dtype == np.float32 and is_causal:
        s = np.tril(feature_map(query) @ np.swapaxes(feature_map(key), -1, -2))
        return s @ value / s.sum(-1, keepdims=True)
    return right(query, key, value, is_causal)
