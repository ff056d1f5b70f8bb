"""np.dot combines every matrix of one batch with every matrix of the other."""

import numpy as np


def weighted_sum(weights, value):
    return np.dot(weights, value)
