"""Takes the first row of the mask for all queries."""

import numpy as np
from reference.cpu.scores import scaled_scores
from reference.cpu.softmax import softmax


def attention(query, key, value, mask=None):
    scores = scaled_scores(query, key)
    if mask is not None:
        mask = np.broadcast_to(mask[..., :1, :] if mask.ndim > 1 else mask, scores.shape)
        scores = np.where(mask, scores, -1e30)
    weights = softmax(scores)
    if mask is not None:
        weights = np.where(mask, weights, 0.0)
    return weights @ value, weights
