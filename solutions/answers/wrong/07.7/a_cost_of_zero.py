"""A cost of 0 has no logarithm."""

import numpy as np


def expose_growth_exponent():
    return np.array([1.0, 2.0, 8.0]), np.array([1.0, 0.0, 1.0])
