"""Adds one key after the other."""

import numpy as np


def weighted_sum(weights, value):
    output = np.zeros((*weights.shape[:-1], value.shape[-1]), np.result_type(weights, value))
    for j in range(weights.shape[-1]):
        output += weights[..., :, j : j + 1] * value[..., j : j + 1, :]
    return output
