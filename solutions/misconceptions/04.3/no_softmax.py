"""Your output is mixed by the scores themselves. What turns a row of scores into a row that sums to 1?"""

import numpy as np
from reference.cpu.scores import scaled_scores


def attention(query, key, value, mask=None):
    scores = scaled_scores(query, key)
    weights = scores
    if mask is not None:
        weights = np.where(mask, weights, 0.0)
    return weights @ value, weights
