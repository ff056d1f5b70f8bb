"""Whole numbers, in a list in place of a tuple."""

import numpy as np


def expose_weights():
    return [np.array([[100]]), np.array([[-10], [7]]), np.array([[1, 0]]) == 1]
