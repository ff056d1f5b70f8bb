"""The logarithm of the sum first."""

import numpy as np


def softmax(scores, axis=-1):
    x = scores if scores.dtype.kind == "f" else scores.astype(float)
    return np.exp(x - np.logaddexp.reduce(x, axis=axis, keepdims=True))
