"""The state is a list of all keys and values."""

import numpy as np
from reference.cpu.efficient import feature_map


def linear_attention(query, key, value, is_causal=False):
    query, key = feature_map(query), feature_map(key)
    if not is_causal:
        memory = np.swapaxes(key, -1, -2) @ value
        return (query @ memory) / (query @ key.sum(axis=-2)[..., None])
    memory = np.cumsum(key[..., :, None] * value[..., None, :], axis=-3)
    total = (query * np.cumsum(key, axis=-2)).sum(axis=-1, keepdims=True)
    return np.einsum("...id,...ide->...ie", query, memory) / total


def linear_attention_step(state, query, key, value):
    keys, values = ([], []) if state is None else state
    keys, values = [*keys, feature_map(key)], [*values, value]
    weights = np.stack([(feature_map(query) * each).sum(axis=-1, keepdims=True) for each in keys])
    return (weights * np.stack(values)).sum(axis=0) / weights.sum(axis=0), (keys, values)
