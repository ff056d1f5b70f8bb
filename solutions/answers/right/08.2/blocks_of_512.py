"""Blocks of 512 queries against a band of keys."""

import numpy as np


def sliding_window_attention(query, key, value, window, dilation=1):
    n, d = query.shape[-2:]
    out = []
    for a in range(0, n, 512):
        b = min(n, a + 512)
        lo, hi = max(0, a - window), min(n, b + window)
        s = np.einsum("...id,...jd->...ij", query[..., a:b, :], key[..., lo:hi, :]) / np.sqrt(d)
        far = np.arange(a, b)[:, None] - np.arange(lo, hi)
        s = np.where((np.abs(far) <= window) & (far % dilation == 0), s, -np.inf)
        p = np.exp(s - s.max(-1, keepdims=True))
        out.append((p / p.sum(-1, keepdims=True)) @ value[..., lo:hi, :])
    return np.concatenate(out, axis=-2).astype(query.dtype)
