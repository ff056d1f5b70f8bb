"""Whole numbers, the lower row first."""

import numpy as np


def expose_softmax():
    return np.array([[-2000], [0]])
