"""Among all."""

import numpy as np


def expose_chances():
    return np.array([1.0, 0.0, 2.0]), None, "rank_for_token"
