"""A length that occurs twice."""

import numpy as np


def expose_growth_exponent():
    return np.array([1.0, 2.0, 1.0]), np.array([1.0, 4.0, 2.0])
