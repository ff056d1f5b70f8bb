"""Padding at both ends and a strided view of all windows."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def windows(x, reach, dilation):
    padding = [(0, 0)] * (x.ndim - 2) + [(reach, reach), (0, 0)]
    view = sliding_window_view(np.pad(x, padding), 2 * reach + 1, axis=-2)
    return np.swapaxes(view[..., ::dilation], -1, -2)


def sliding_window_attention(query, key, value, window, dilation=1):
    length = query.shape[-2]
    reach = min(window, length - 1) // dilation * dilation
    keys, values = windows(key, reach, dilation), windows(value, reach, dilation)
    real = windows(np.ones((length, 1)), reach, dilation)[..., 0] > 0
    scores = (keys @ query[..., None])[..., 0] / np.sqrt(query.shape[-1])
    scores[~np.broadcast_to(real, scores.shape)] = -np.inf
    scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = scores / scores.sum(axis=-1, keepdims=True)
    return (weights[..., None, :] @ values)[..., 0, :].astype(query.dtype)
