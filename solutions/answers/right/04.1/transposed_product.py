"""The product of the transposed matrices, turned back."""

import numpy as np


def weighted_sum(weights, value):
    return np.swapaxes(np.swapaxes(value, -1, -2) @ np.swapaxes(weights, -1, -2), -1, -2)
