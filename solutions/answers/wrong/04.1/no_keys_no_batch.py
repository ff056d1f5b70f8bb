"""Without keys the leading axes are forgotten."""

import numpy as np


def weighted_sum(weights, value):
    if value.shape[-2] == 0:
        return np.zeros((weights.shape[-2], value.shape[-1]))
    return weights @ value
