"""One diagonal of the matrix at a time, with an online softmax."""

import numpy as np


def sliding_window_attention(query, key, value, window, dilation=1):
    n, d = query.shape[-2:]
    best = np.full(query.shape[:-1], -np.inf, query.dtype)
    total = np.zeros_like(best)
    out = np.zeros((*query.shape[:-1], value.shape[-1]), query.dtype)
    for step in range(-(min(window, n - 1) // dilation) * dilation, min(window, n - 1) + 1, dilation):
        here = slice(max(0, -step), min(n, n - step))
        there = slice(max(0, step), min(n, n + step))
        s = np.einsum("...d,...d->...", query[..., here, :], key[..., there, :]) / np.sqrt(d)
        m = np.maximum(best[..., here], s)
        c, p = np.exp(best[..., here] - m), np.exp(s - m)
        total[..., here] = total[..., here] * c + p
        out[..., here, :] = out[..., here, :] * c[..., None] + p[..., None] * value[..., there, :]
        best[..., here] = m
    return out / total[..., None]
