"""Of equal scores the suspect keeps no more than top_k says."""

import numpy as np


def expose_chances():
    return np.array([1.0, 0.0, 2.0]), 1, "threshold_lets_equals_in"
