"""The total is one more column of the values; itertools.accumulate makes the causal sums."""

from itertools import accumulate

import numpy as np
from reference.cpu.efficient import feature_map


def linear_attention(query, key, value, is_causal=False):
    q, k = feature_map(query), feature_map(key)
    v1 = np.concatenate([value, np.ones_like(value[..., :1])], -1)
    if is_causal:
        sums = accumulate(k[..., i, :, None] * v1[..., i, None, :] for i in range(k.shape[-2]))
        out = np.stack([(q[..., i, None, :] @ s)[..., 0, :] for i, s in enumerate(sums)], -2)
    else:
        out = q @ (k.swapaxes(-1, -2) @ v1)
    return out[..., :-1] / out[..., -1:]


def linear_attention_step(state, query, key, value):
    q, k = feature_map(query), feature_map(key)
    new = k[..., None] * np.concatenate([value, np.ones_like(value[..., :1])], -1)[..., None, :]
    new = new if state is None else new + state
    out = (q[..., None, :] @ new)[..., 0, :]
    return out[..., :-1] / out[..., -1:], new
