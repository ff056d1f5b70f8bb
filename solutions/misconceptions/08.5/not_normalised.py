"""Your output is not divided by Σ φ(q)·φ(k): the weights do not add up to 1."""

import numpy as np
from reference.cpu.efficient import feature_map


def linear_attention(query, key, value, is_causal=False):
    query, key = feature_map(query), feature_map(key)
    if not is_causal:
        memory = np.swapaxes(key, -1, -2) @ value
        return query @ memory
    memory = np.cumsum(key[..., :, None] * value[..., None, :], axis=-3)
    return np.einsum("...id,...ide->...ie", query, memory)


def linear_attention_step(state, query, key, value):
    query, key = feature_map(query), feature_map(key)
    memory = key[..., :, None] * value[..., None, :]
    if state is not None:
        memory, key = state[0] + memory, state[1] + key
    output = np.einsum("...d,...de->...e", query, memory)
    return output, (memory, key)
