"""Whole numbers, as a list."""

import numpy as np


def expose_grouped_attention():
    return [np.ones((4, 1, 1), int), np.ones((2, 1, 1), int), np.array([3, 4]).reshape(2, 1, 1)]
