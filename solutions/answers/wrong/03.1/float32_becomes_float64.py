"""The result is always float64."""

import numpy as np


def softmax(scores, axis=-1):
    exponentials = np.exp(scores.astype(np.float64) - scores.max(axis=axis, keepdims=True))
    return exponentials / exponentials.sum(axis=axis, keepdims=True)
