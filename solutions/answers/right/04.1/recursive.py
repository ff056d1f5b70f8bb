"""A batch is a list of matrices."""

import numpy as np


def weighted_sum(weights, value):
    if weights.ndim == 2:
        return np.matmul(weights, value)
    return np.stack([weighted_sum(w, v) for w, v in zip(weights, value, strict=True)])
