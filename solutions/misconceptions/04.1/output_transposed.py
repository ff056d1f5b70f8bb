"""Your output has its last two axes swapped. Which should come first, the queries or the features?"""

import numpy as np


def weighted_sum(weights, value):
    return np.swapaxes(weights @ value, -1, -2)
