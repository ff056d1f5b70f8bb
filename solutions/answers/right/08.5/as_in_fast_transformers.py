"""As in fast-transformers: the recurrent form keeps [Si, Zi]; the causal one goes through chunks."""

import numpy as np
from reference.cpu.efficient import feature_map

CHUNK = 256


def linear_attention(query, key, value, is_causal=False):
    Q, K = feature_map(query), feature_map(key)
    if not is_causal:
        KV = np.einsum("...sd,...sm->...dm", K, value)
        Z = 1 / np.einsum("...ld,...d->...l", Q, K.sum(axis=-2))
        return np.einsum("...ld,...dm,...l->...lm", Q, KV, Z)
    V = np.zeros(np.broadcast_shapes(Q.shape[:-1], K.shape[:-1]) + value.shape[-1:], value.dtype)
    Si = np.zeros((*K.shape[:-2], K.shape[-1], value.shape[-1]), value.dtype)
    Zi = np.zeros((*K.shape[:-2], K.shape[-1]), value.dtype)
    for start in range(0, K.shape[-2], CHUNK):
        s = slice(start, start + CHUNK)
        q, k, v = Q[..., s, :], K[..., s, :], value[..., s, :]
        inside = np.tril(q @ np.swapaxes(k, -1, -2))
        above = inside @ v + q @ Si
        V[..., s, :] = above / (inside.sum(-1) + np.einsum("...ld,...d->...l", q, Zi))[..., None]
        Si, Zi = Si + np.swapaxes(k, -1, -2) @ v, Zi + k.sum(axis=-2)
    return V


def linear_attention_step(state, query, key, value):
    Q, K = feature_map(query), feature_map(key)
    if state is None:
        Si = np.zeros((*K.shape, value.shape[-1]), value.dtype)
        Zi = np.zeros_like(K)
    else:
        Si, Zi = state
    Zi = Zi + K
    Si = Si + np.einsum("...d,...m->...dm", K, value)
    Z = 1.0 / np.einsum("...d,...d->...", Q, Zi)
    return np.einsum("...d,...dm,...->...m", Q, Si, Z), [Si, Zi]
