"""The longest one stands in the middle."""

import numpy as np


def expose_growth_exponent():
    return np.array([1.0, 4.0, 2.0]), np.array([1.0, 16.0, 2.0])
