"""Every query gets the plain mean of the values. Where do the weights enter?"""

import numpy as np


def weighted_sum(weights, value):
    return np.broadcast_to(value.mean(axis=-2, keepdims=True), (*weights.shape[:-1], value.shape[-1]))
