"""Your rows belong to the keys. In softmax(Q Kᵀ), which of the two decides on the number of rows?"""

import numpy as np
from reference.cpu.scores import scaled_scores
from reference.cpu.softmax import softmax


def attention(query, key, value, mask=None):
    scores = scaled_scores(key, query)
    if mask is not None:
        scores = np.where(mask, scores, -1e30)
    weights = softmax(scores)
    if mask is not None:
        weights = np.where(mask, weights, 0.0)
    return weights @ value, weights
