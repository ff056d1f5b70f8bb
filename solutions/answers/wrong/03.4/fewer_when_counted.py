"""Exposes it at the first call and returns something small at the second."""

import numpy as np

calls = [0]


def expose_softmax():
    calls[0] += 1
    return np.array([[1000.0], [0.0], [0.0]]) if calls[0] % 2 else np.array([[0.0]])
