"""The state begins again after 500 steps."""

import numpy as np
from reference.cpu.efficient import feature_map


def linear_attention_step(state, query, key, value):
    query, key = feature_map(query), feature_map(key)
    m = key[..., :, None] * value[..., None, :]
    count = np.ones(())
    if state is not None and state[2] < 500:
        m, key, count = state[0] + m, state[1] + key, state[2] + 1
    out = np.einsum("...d,...de->...e", query, m) / (query * key).sum(-1, keepdims=True)
    return out, (m, key, count)
