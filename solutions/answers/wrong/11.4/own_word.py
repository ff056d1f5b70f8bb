"""A sentence of one's own."""

import numpy as np


def expose_chances():
    return np.array([1.0, 0.0, 2.0]), 1, "argsort gives the order, not the ranks"
