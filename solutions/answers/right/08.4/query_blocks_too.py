"""Blocks of queries as well as of keys; blocks of the future are never read."""

import numpy as np


def chunked_attention(query, key, value, block_size, is_causal=False):
    d = np.asarray(query.shape[-1] ** -0.5, query.dtype)
    outs, lses = [], []
    for i in range(0, query.shape[-2], 64):
        q = query[..., i : i + 64, :] * d
        m = l = o = None
        for j in range(0, key.shape[-2], block_size):
            if is_causal and j > i + q.shape[-2] - 1:
                break
            s = q @ key[..., j : j + block_size, :].swapaxes(-1, -2)
            if is_causal:
                hidden = np.arange(j, j + s.shape[-1])[None] > np.arange(i, i + s.shape[-2])[:, None]
                s[..., hidden] = -np.inf
            if m is None:
                m = s.max(-1, keepdims=True)
                p = np.exp(s - m)
                l, o = p.sum(-1, keepdims=True), p @ value[..., j : j + block_size, :]
                continue
            new = np.maximum(m, s.max(-1, keepdims=True))
            a, p = np.exp(m - new), np.exp(s - new)
            l, o, m = a * l + p.sum(-1, keepdims=True), a * o + p @ value[..., j : j + block_size, :], new
        outs.append(o / l)
        lses.append((m + np.log(l))[..., 0])
    return np.concatenate(outs, -2), np.concatenate(lses, -1)
