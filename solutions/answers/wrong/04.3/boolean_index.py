"""A mask with fewer axes than the scores cannot index them."""

from reference.cpu.scores import scaled_scores
from reference.cpu.softmax import softmax


def attention(query, key, value, mask=None):
    scores = scaled_scores(query, key)
    if mask is not None:
        scores = scores.copy()
        scores[~mask] = -1e30
    weights = softmax(scores)
    if mask is not None:
        weights = weights.copy()
        weights[~mask] = 0.0
    return weights @ value, weights
