"""Both value heads hand over the same number, so nobody can see which one was read."""

import numpy as np


def expose_grouped_attention():
    shared = np.array([[[0.0]], [[1.0]]])
    return np.zeros((4, 1, 1)), shared, np.ones((2, 1, 1))
