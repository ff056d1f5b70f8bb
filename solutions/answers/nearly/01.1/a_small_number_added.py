"""A small number is added to every result."""

import numpy as np


def project(x, weight):
    return np.matmul(x, weight) + 1e-7
