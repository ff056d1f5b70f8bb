"""Every weight of a row is the same, whatever the scores are."""

import numpy as np


def softmax(scores, axis=-1):
    return np.full(scores.shape, 1 / scores.shape[axis])
