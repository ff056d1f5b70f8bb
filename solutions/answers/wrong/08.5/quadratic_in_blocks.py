"""The weights of every pair, a few rows at a time."""

import numpy as np
from reference.cpu.efficient import feature_map


def linear_attention(query, key, value, is_causal=False):
    query, key = feature_map(query), feature_map(key)
    rows = []
    for start in range(0, query.shape[-2], 64):
        weights = query[..., start : start + 64, :] @ np.swapaxes(key, -1, -2)
        if is_causal:
            weights = np.tril(weights, start)
        rows.append(weights / weights.sum(axis=-1, keepdims=True) @ value)
    return np.concatenate(rows, axis=-2)


def linear_attention_step(state, query, key, value):
    query, key = feature_map(query), feature_map(key)
    memory = key[..., :, None] * value[..., None, :]
    if state is not None:
        memory, key = state[0] + memory, state[1] + key
    output = np.einsum("...d,...de->...e", query, memory) / (query * key).sum(axis=-1, keepdims=True)
    return output, (memory, key)
