"""The mask is missing."""

import numpy as np


def expose_weights():
    return np.array([[1000.0]]), np.array([[-1.0], [0.0]])
