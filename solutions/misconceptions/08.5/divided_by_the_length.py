"""Your output is divided by the number of keys, not by the sum of their weights."""

import numpy as np
from reference.cpu.efficient import feature_map


def linear_attention(query, key, value, is_causal=False):
    query, key = feature_map(query), feature_map(key)
    if not is_causal:
        memory = np.swapaxes(key, -1, -2) @ value
        return (query @ memory) / key.shape[-2]
    memory = np.cumsum(key[..., :, None] * value[..., None, :], axis=-3)
    return np.einsum("...id,...ide->...ie", query, memory) / np.arange(1, key.shape[-2] + 1)[:, None]


def linear_attention_step(state, query, key, value):
    query, key = feature_map(query), feature_map(key)
    memory = key[..., :, None] * value[..., None, :]
    if state is not None:
        memory, key = state[0] + memory, state[1] + key
    output = np.einsum("...d,...de->...e", query, memory) / (query * key).sum(axis=-1, keepdims=True)
    return output, (memory, key)
