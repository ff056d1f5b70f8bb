"""(Wᵀ xᵀ)ᵀ, with the last two axes swapped."""

import numpy as np


def project(x, weight):
    return np.swapaxes(weight.T @ np.swapaxes(x, -1, -2), -1, -2)
