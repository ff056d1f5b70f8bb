"""Exposes it with six query heads."""

import numpy as np


def expose_grouped_attention():
    shared = np.array([[[0.0]], [[1.0]]])
    return np.zeros((6, 1, 1)), shared, shared
