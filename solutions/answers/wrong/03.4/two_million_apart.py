"""Larger than allowed."""

import numpy as np


def expose_softmax():
    return np.array([[2e6], [0.0]])
