"""On your scores the lowest one stays. But of the scores 2 and 1 the suspect keeps 2."""

import numpy as np


def expose_chances():
    return np.array([1.0, 0.0, 2.0]), 1, "keeps_the_lowest"
