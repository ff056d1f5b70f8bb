"""Named axes."""

import numpy as np


def weighted_sum(weights, value):
    return np.einsum("...ij,...jk->...ik", weights, value)
