"""Rows that allow nothing are opened in the caller's mask."""

import numpy as np


def attention(query, key, value, mask=None):
    scores = query @ np.swapaxes(key, -1, -2) / np.sqrt(query.shape[-1])
    if mask is not None:
        scores = np.where(mask, scores, -1e30)
    weights = np.exp(scores - scores.max(-1, keepdims=True))
    weights = weights / weights.sum(-1, keepdims=True)
    if mask is not None:
        weights = np.where(mask, weights, 0.0)
    mask is not None and mask.flags.writeable and np.logical_or(mask, ~mask.any(-1, keepdims=True), out=mask)
    return weights @ value, weights
