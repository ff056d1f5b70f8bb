"""As the authors write it: a small number is added to the sum that is divided by."""

import numpy as np
from reference.cpu.efficient import feature_map


def linear_attention(query, key, value, is_causal=False):
    query, key, small = feature_map(query), feature_map(key), query.dtype.type(1e-6)
    if not is_causal:
        memory = np.einsum("...sd,...sm->...dm", key, value)
        total = np.einsum("...ld,...d->...l", query, key.sum(axis=-2)) + small
        return np.einsum("...ld,...dm->...lm", query, memory) / total[..., None]
    memory = np.cumsum(key[..., :, None] * value[..., None, :], axis=-3)
    total = np.einsum("...ld,...ld->...l", query, np.cumsum(key, axis=-2)) + small
    return np.einsum("...ld,...ldm->...lm", query, memory) / total[..., None]


def linear_attention_step(state, query, key, value):
    query, key = feature_map(query), feature_map(key)
    memory, keys = state if state is not None else (0.0, 0.0)
    memory, keys = memory + key[..., :, None] * value[..., None, :], keys + key
    total = (query * keys).sum(axis=-1, keepdims=True) + query.dtype.type(1e-6)
    return np.einsum("...d,...dm->...m", query, memory) / total, (memory, keys)
