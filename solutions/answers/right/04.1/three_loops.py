"""Every number by itself."""

import numpy as np


def weighted_sum(weights, value):
    output = np.zeros((*weights.shape[:-1], value.shape[-1]))
    for index in np.ndindex(weights.shape[:-1]):
        for j in range(weights.shape[-1]):
            output[index] += weights[index][j] * value[index[:-1]][j]
    return output
