"""The shape of a small table."""

import numpy as np


def expose_sinusoidal():
    return np.zeros((2, 4)).shape
