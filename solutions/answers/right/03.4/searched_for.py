"""Moves the rows apart until the lower one underflows."""

import numpy as np


def expose_softmax():
    gap = 1.0
    while np.exp(-gap) > 0:
        gap *= 2
    return np.array([[gap], [0.0]])
