"""Instead of asking whether a row is empty, a small number is added to every sum."""

import numpy as np
from reference.cpu.scores import scaled_scores


def attention(query, key, value, mask=None):
    scores = scaled_scores(query, key)
    allowed = np.ones(scores.shape, bool) if mask is None else np.broadcast_to(mask, scores.shape)
    highest = np.where(allowed, scores, -1e30).max(axis=-1, keepdims=True)
    strengths = np.where(allowed, np.exp(np.minimum(scores - highest, 0.0)), 0.0)
    weights = strengths / (strengths.sum(axis=-1, keepdims=True) + 1e-6)
    return weights @ value, weights
