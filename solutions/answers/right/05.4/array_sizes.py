"""Lets NumPy count, and returns NumPy's whole number."""

import numpy as np


def parameter_count(d_model, n_heads):
    return np.prod([4, d_model, d_model], dtype=np.int64)
