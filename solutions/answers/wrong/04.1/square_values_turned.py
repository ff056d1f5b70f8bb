"""Values are turned where they fit both ways."""

import numpy as np


def weighted_sum(weights, value):
    if value.shape[-1] == weights.shape[-1]:
        return weights @ np.swapaxes(value, -1, -2)
    return weights @ value
