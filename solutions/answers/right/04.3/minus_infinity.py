"""-inf for hidden pairs, NaN cleared afterwards."""

import numpy as np


def attention(query, key, value, mask=None):
    scores = np.matmul(query, np.swapaxes(key, -1, -2)) / np.sqrt(query.shape[-1])
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    highest = np.nan_to_num(scores.max(axis=-1, keepdims=True), neginf=0.0)
    exponentials = np.exp(scores - highest)
    totals = exponentials.sum(axis=-1, keepdims=True)
    weights = np.where(totals > 0, exponentials / np.where(totals > 0, totals, 1.0), 0.0)
    return weights @ value, weights
