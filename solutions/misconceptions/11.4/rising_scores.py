"""In rising order the token at a rank has that rank: the list read backwards is its own mirror."""

import numpy as np


def expose_chances():
    return np.array([0.0, 1.0, 2.0]), 1, "rank_for_token"
