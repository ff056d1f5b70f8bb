"""Two of many, whole numbers."""

import numpy as np


def expose_chances():
    return np.array([3, 1, 4, 1, 5, 9, 2, 6]), np.int64(2), "rank_for_token"
