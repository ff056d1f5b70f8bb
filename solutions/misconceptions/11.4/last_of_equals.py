"""Your word speaks of equal scores, and of those the suspect keeps the earlier one."""

import numpy as np


def expose_chances():
    return np.array([1.0, 0.0, 2.0]), 1, "last_of_equals"
