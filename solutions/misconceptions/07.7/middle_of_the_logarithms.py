"""The middle length has the mean logarithm, and from there a point pulls at no slope. Move it."""

import numpy as np


def expose_growth_exponent():
    return np.array([1.0, 2.0, 4.0]), np.array([1.0, 8.0, 4.0])
