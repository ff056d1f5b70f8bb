"""With is_causal your output is the same as without."""

import numpy as np
from reference.cpu.efficient import feature_map


def linear_attention(query, key, value, is_causal=False):
    query, key = feature_map(query), feature_map(key)
    memory = np.swapaxes(key, -1, -2) @ value
    return (query @ memory) / (query @ key.sum(axis=-2)[..., None])


def linear_attention_step(state, query, key, value):
    query, key = feature_map(query), feature_map(key)
    memory = key[..., :, None] * value[..., None, :]
    if state is not None:
        memory, key = state[0] + memory, state[1] + key
    output = np.einsum("...d,...de->...e", query, memory) / (query * key).sum(axis=-1, keepdims=True)
    return output, (memory, key)
