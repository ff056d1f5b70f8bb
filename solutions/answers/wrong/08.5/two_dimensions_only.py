"""Only one sequence, no batch."""

import numpy as np
from reference.cpu.efficient import feature_map


def linear_attention(query, key, value, is_causal=False):
    query, key = feature_map(query), feature_map(key)
    if not is_causal:
        memory = key.T @ value
        return (query @ memory) / (query @ key.sum(axis=0)[:, None])
    memory = np.cumsum(key[..., :, None] * value[..., None, :], axis=-3)
    total = (query * np.cumsum(key, axis=-2)).sum(axis=-1, keepdims=True)
    return np.einsum("...id,...ide->...ie", query, memory) / total


def linear_attention_step(state, query, key, value):
    query, key = feature_map(query), feature_map(key)
    memory = key[..., :, None] * value[..., None, :]
    if state is not None:
        memory, key = state[0] + memory, state[1] + key
    output = np.einsum("...d,...de->...e", query, memory) / (query * key).sum(axis=-1, keepdims=True)
    return output, (memory, key)
