"""A parallel scan (Hillis and Steele): log n rounds of shifted sums."""

import numpy as np
from reference.cpu.efficient import feature_map


def _scan(x, axis):
    x, step = x.copy(), 1
    x = np.moveaxis(x, axis, 0)
    while step < len(x):
        x = np.concatenate([x[:step], x[step:] + x[:-step]])
        step *= 2
    return np.moveaxis(x, 0, axis)


def linear_attention(query, key, value, is_causal=False):
    q, k = feature_map(query), feature_map(key)
    terms = k[..., :, None] * np.concatenate([value, np.ones_like(value[..., :1])], -1)[..., None, :]
    sums = _scan(terms, -3) if is_causal else terms.sum(axis=-3, keepdims=True)
    both = (q[..., None, :] @ sums)[..., 0, :]
    return both[..., :-1] / both[..., -1:]


def linear_attention_step(state, query, key, value):
    q, k = feature_map(query), feature_map(key)
    term = k[..., :, None] * np.concatenate([value, np.ones_like(value[..., :1])], -1)[..., None, :]
    state = term if state is None else state + term
    both = (q[..., None, :] @ state)[..., 0, :]
    return both[..., :-1] / both[..., -1:], state
