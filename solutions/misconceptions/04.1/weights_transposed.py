"""Your output matches the weights turned over: queries and keys have changed places. Over which axis does
the sum run?
"""

import numpy as np


def weighted_sum(weights, value):
    return np.swapaxes(weights, -1, -2) @ value
