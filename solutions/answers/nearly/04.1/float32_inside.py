"""Half of the digits are lost on the way."""

import numpy as np


def weighted_sum(weights, value):
    return np.matmul(weights.astype(np.float32), value.astype(np.float32)).astype(np.float64)
