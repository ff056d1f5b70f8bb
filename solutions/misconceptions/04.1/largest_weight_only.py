"""Your output holds the value with the largest weight, in full. That is the hard lookup of lesson 01:
what should the other values add?
"""

import numpy as np


def weighted_sum(weights, value):
    best = weights.argmax(axis=-1)[..., None]
    return np.take_along_axis(value, best, axis=-2)
