"""A query that may attend to nothing has an output of zeros, and equal weights."""
# misconception: fully_masked_row_is_uniform

import numpy as np
from reference.cpu.scores import scaled_scores
from reference.cpu.softmax import softmax


def attention(query, key, value, mask=None):
    scores = scaled_scores(query, key)
    if mask is not None:
        scores = np.where(mask, scores, -1e30)
    weights = softmax(scores)
    output = weights @ value
    if mask is not None:
        output = np.where(np.broadcast_to(mask, weights.shape).any(axis=-1, keepdims=True), output, 0.0)
    return output, weights
