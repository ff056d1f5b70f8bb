"""The n x n weights are made for a batch."""

import numpy as np
from reference.cpu.efficient import feature_map, linear_attention_step
from reference.cpu.efficient import linear_attention as sums


def linear_attention(query, key, value, is_causal=False):
    if query.ndim == 2:
        return sums(query, key, value, is_causal)
    query, key = feature_map(query), feature_map(key)
    weights = query @ np.swapaxes(key, -1, -2)
    weights = np.tril(weights) if is_causal else weights
    return weights / weights.sum(axis=-1, keepdims=True) @ value


__all__ = ["linear_attention", "linear_attention_step"]
