"""x belongs to the caller."""

import numpy as np


def project(x, weight):
    if x.ndim == 2 and weight.shape[0] == weight.shape[1]:
        return np.matmul(x, weight, out=x)
    return x @ weight
