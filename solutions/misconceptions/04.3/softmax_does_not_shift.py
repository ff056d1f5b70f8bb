"""Your attention overflows for large scores. What does your own softmax do before it takes exponentials?"""

import numpy as np
from reference.cpu.scores import scaled_scores


def attention(query, key, value, mask=None):
    strengths = np.exp(scaled_scores(query, key))
    if mask is not None:
        strengths = np.where(mask, strengths, 0.0)
    totals = strengths.sum(axis=-1, keepdims=True)
    weights = strengths / np.where(totals == 0, 1.0, totals)
    return weights @ value, weights
