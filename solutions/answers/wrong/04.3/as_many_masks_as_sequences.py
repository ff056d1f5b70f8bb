"""Where there are as many masks as sequences, each sequence gets one, not each head."""

import numpy as np


def attention(query, key, value, mask=None):
    scores = query @ np.swapaxes(key, -1, -2) / np.sqrt(query.shape[-1])
    mask = (
        mask[:, None]
        if mask is not None and mask.ndim == 3 and query.ndim == 4 and len(mask) == len(query)
        else mask
    )
    if mask is not None:
        scores = np.where(mask, scores, -1e30)
    weights = np.exp(scores - scores.max(-1, keepdims=True))
    weights = weights / weights.sum(-1, keepdims=True)
    if mask is not None:
        weights = np.where(mask, weights, 0.0)
    return weights @ value, weights
