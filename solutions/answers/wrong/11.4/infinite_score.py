"""A hidden score."""

import numpy as np


def expose_chances():
    return np.array([1.0, -np.inf, 2.0]), 1, "rank_for_token"
