"""With this top_k every token stays. Nobody can be kept in the place of another."""

import numpy as np


def expose_chances():
    return np.array([1.0, 0.0, 2.0]), 3, "rank_for_token"
