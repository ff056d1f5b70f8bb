"""The suspect keeps as many as top_k says. They are the wrong ones."""

import numpy as np


def expose_chances():
    return np.array([1.0, 0.0, 2.0]), 1, "one_too_many_stays"
