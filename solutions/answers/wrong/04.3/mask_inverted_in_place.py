"""Inverts the caller's mask."""

import numpy as np
from reference.cpu.scores import scaled_scores
from reference.cpu.softmax import softmax


def attention(query, key, value, mask=None):
    scores = scaled_scores(query, key)
    if mask is not None:
        np.logical_not(mask, out=mask)
        scores = np.where(mask, -1e30, scores)
    weights = softmax(scores)
    if mask is not None:
        weights = np.where(mask, 0.0, weights)
    return weights @ value, weights
