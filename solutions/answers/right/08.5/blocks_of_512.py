"""Blocks of 512 tokens with a triangle inside, a list as the state."""

import numpy as np
from reference.cpu.efficient import feature_map


def linear_attention(query, key, value, is_causal=False):
    q, k = feature_map(query), feature_map(key)
    if not is_causal:
        top = np.einsum("...nd,...de->...ne", q, np.einsum("...nd,...ne->...de", k, value))
        return top / np.einsum("...nd,...d->...n", q, k.sum(-2))[..., None]
    s = np.zeros((*k.shape[:-2], k.shape[-1], value.shape[-1]), k.dtype)
    z = np.zeros((*k.shape[:-2], k.shape[-1], 1), k.dtype)
    out = np.empty((*q.shape[:-1], value.shape[-1]), value.dtype)
    for a in range(0, q.shape[-2], 512):
        b = a + 512
        w = np.tril(q[..., a:b, :] @ np.swapaxes(k[..., a:b, :], -1, -2))
        top = w @ value[..., a:b, :] + q[..., a:b, :] @ s
        out[..., a:b, :] = top / (w.sum(-1, keepdims=True) + q[..., a:b, :] @ z)
        s = s + np.swapaxes(k[..., a:b, :], -1, -2) @ value[..., a:b, :]
        z = z + k[..., a:b, :].sum(-2)[..., None]
    return out


def linear_attention_step(state, query, key, value):
    q, k = feature_map(query), feature_map(key)
    added = [k[..., None] * value[..., None, :], k]
    state = added if state is None else [old + new for old, new in zip(state, added, strict=True)]
    total = np.einsum("...d,...d->...", q, state[1])[..., None]
    return np.einsum("...d,...de->...e", q, state[0]) / total, state
