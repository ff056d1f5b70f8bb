"""All negative numbers have become 0, as after an activation function. A projection keeps its sign."""

import numpy as np


def project(x, weight):
    return np.maximum(x @ weight, 0.0)
