"""Hidden pairs come back when the scores are large: a score of -100 is low only beside small ones. How
low is low enough for every score?
"""

import numpy as np
from reference.cpu.scores import scaled_scores
from reference.cpu.softmax import softmax


def attention(query, key, value, mask=None):
    scores = scaled_scores(query, key)
    if mask is not None:
        scores = np.where(mask, scores, -100.0)
    weights = softmax(scores)
    return weights @ value, weights
