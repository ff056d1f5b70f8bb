"""A mask with one axis is taken as one entry for each query where that fits."""

import numpy as np


def attention(query, key, value, mask=None):
    scores = query @ np.swapaxes(key, -1, -2) / np.sqrt(query.shape[-1])
    mask = mask[:, None] if mask is not None and mask.ndim == 1 and len(mask) == scores.shape[-2] else mask
    if mask is not None:
        scores = np.where(mask, scores, -1e30)
    weights = np.exp(scores - scores.max(-1, keepdims=True))
    weights = weights / weights.sum(-1, keepdims=True)
    if mask is not None:
        weights = np.where(mask, weights, 0.0)
    return weights @ value, weights
