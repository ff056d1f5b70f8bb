"""You mask after softmax and normalise again. On paper that is right; but a large hidden score has pushed
the others down to 0 before. When should it drop out?
"""

import numpy as np
from reference.cpu.scores import scaled_scores
from reference.cpu.softmax import softmax


def attention(query, key, value, mask=None):
    scores = scaled_scores(query, key)
    weights = softmax(scores)
    if mask is not None:
        weights = weights * mask
        totals = weights.sum(axis=-1, keepdims=True)
        weights = np.divide(weights, totals, out=np.zeros_like(weights), where=totals > 0)
    return weights @ value, weights
