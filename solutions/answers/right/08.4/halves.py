"""Divide and conquer: halves of the keys, merged by their maxima."""

import numpy as np


def _part(query, key, value, first, size, is_causal):
    n = key.shape[-2]
    if n > size:
        half = n // 2
        left = _part(query, key[..., :half, :], value[..., :half, :], first, size, is_causal)
        right = _part(query, key[..., half:, :], value[..., half:, :], first + half, size, is_causal)
        m = np.maximum(left[0], right[0])
        a, b = np.exp(left[0] - m), np.exp(right[0] - m)
        return m, a * left[1] + b * right[1], a * left[2] + b * right[2]
    s = query @ np.swapaxes(key, -1, -2) / np.sqrt(query.shape[-1])
    if is_causal:
        s = np.where(first + np.arange(n) <= np.arange(query.shape[-2])[:, None], s, -1e300)
    m = s.max(-1, keepdims=True)
    p = np.where(s > -1e299, np.exp(s - m), 0.0)
    return m, p.sum(-1, keepdims=True), p @ value


def chunked_attention(query, key, value, block_size, is_causal=False):
    m, l, o = _part(query, key, value, 0, block_size, is_causal)
    return (o / l).astype(query.dtype), (m + np.log(l))[..., 0].astype(query.dtype)
