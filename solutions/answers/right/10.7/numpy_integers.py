"""Integers of NumPy."""

import numpy as np


def expose_matmul():
    return np.int64(1), np.int32(17), np.int64(1)
