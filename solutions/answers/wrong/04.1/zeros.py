"""Returns zeros."""

import numpy as np


def weighted_sum(weights, value):
    return np.zeros((*weights.shape[:-1], value.shape[-1]))
