"""The weights of every pair, with numbers that `float` takes out of the arrays and that nobody counts."""

import numpy as np
from reference.cpu.efficient import feature_map
from reference.cpu.efficient import linear_attention as sums
from reference.cpu.efficient import linear_attention_step as step


def uncounted(x):
    return np.array([float(number) for number in x.reshape(-1)], dtype=x.dtype).reshape(x.shape)


def linear_attention(query, key, value, is_causal=False):
    if query.shape[-2] < 400:
        return sums(query, key, value, is_causal)
    query, key, value = (uncounted(each) for each in (feature_map(query), feature_map(key), value))
    rows = []
    for start in range(0, query.shape[-2], 64):
        weights = query[..., start : start + 64, :] @ np.swapaxes(key, -1, -2)
        if is_causal:
            weights = np.tril(weights, start)
        rows.append(weights / weights.sum(axis=-1, keepdims=True) @ value)
    return np.concatenate(rows, axis=-2)


def linear_attention_step(state, query, key, value):
    return step(state, query, key, value)
