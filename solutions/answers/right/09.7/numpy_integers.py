"""Integers of NumPy."""

import numpy as np


def expose_sinusoidal():
    return np.int64(2), np.int32(4)
