"""A product that fits two axes only."""

import numpy as np


def project(x, weight):
    return np.einsum("ni,io->no", x, weight)
