"""One roll of the keys for each distance."""

import numpy as np


def sliding_window_attention(query, key, value, window, dilation=1):
    n, d = query.shape[-2:]
    offsets = list(range(-(min(window, n - 1) // dilation) * dilation, min(window, n - 1) + 1, dilation))
    i = np.arange(n)
    scores = []
    for o in offsets:
        s = (query * np.roll(key, -o, axis=-2)).sum(-1) / np.sqrt(d).astype(query.dtype)
        scores.append(np.where((i + o >= 0) & (i + o < n), s, -np.inf))
    s = np.stack(scores, -1).astype(query.dtype)
    w = np.exp(s - s.max(-1, keepdims=True))
    w = w / w.sum(-1, keepdims=True)
    out = np.zeros((*query.shape[:-1], value.shape[-1]), query.dtype)
    for c, o in enumerate(offsets):
        out += w[..., c, None] * np.roll(value, -o, axis=-2)
    return out
