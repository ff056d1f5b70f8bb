"""A mask of 1 and 0."""

import numpy as np


def expose_weights():
    query, key = np.array([[1000.0]]), np.array([[-1.0], [0.0]])
    return query, key, np.array([[1, 0]])
