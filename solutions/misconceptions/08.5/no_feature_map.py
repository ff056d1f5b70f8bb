"""Your weights are plain dot products, which can be negative. φ makes queries and keys positive first."""

import numpy as np


def linear_attention(query, key, value, is_causal=False):
    if not is_causal:
        memory = np.swapaxes(key, -1, -2) @ value
        return (query @ memory) / (query @ key.sum(axis=-2)[..., None])
    memory = np.cumsum(key[..., :, None] * value[..., None, :], axis=-3)
    total = (query * np.cumsum(key, axis=-2)).sum(axis=-1, keepdims=True)
    return np.einsum("...id,...ide->...ie", query, memory) / total


def linear_attention_step(state, query, key, value):
    memory = key[..., :, None] * value[..., None, :]
    if state is not None:
        memory, key = state[0] + memory, state[1] + key
    output = np.einsum("...d,...de->...e", query, memory) / (query * key).sum(axis=-1, keepdims=True)
    return output, (memory, key)
