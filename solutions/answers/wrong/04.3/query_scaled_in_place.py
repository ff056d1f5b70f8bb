"""Divides the caller's query."""

import numpy as np
from reference.cpu.softmax import softmax


def attention(query, key, value, mask=None):
    query /= np.sqrt(query.shape[-1])
    scores = query @ np.swapaxes(key, -1, -2)
    if mask is not None:
        scores = np.where(mask, scores, -1e30)
    weights = softmax(scores)
    if mask is not None:
        weights = np.where(mask, weights, 0.0)
    return weights @ value, weights
