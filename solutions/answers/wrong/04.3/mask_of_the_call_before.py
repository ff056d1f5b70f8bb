"""Without a mask, that of the call before counts."""

import numpy as np

_last = None


def attention(query, key, value, mask=None):
    scores = query @ np.swapaxes(key, -1, -2) / np.sqrt(query.shape[-1])
    global _last
    mask = _last if mask is None and _last is not None and scores.shape[-2:] == _last.shape[-2:] else mask
    _last = mask
    if mask is not None:
        scores = np.where(mask, scores, -1e30)
    weights = np.exp(scores - scores.max(-1, keepdims=True))
    weights = weights / weights.sum(-1, keepdims=True)
    if mask is not None:
        weights = np.where(mask, weights, 0.0)
    return weights @ value, weights
