"""Exposes it with one number too many."""

import numpy as np


def expose_softmax():
    return np.array([[1000.0], [0.0], [1000.0]])
