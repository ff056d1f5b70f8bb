"""A single row, however large its scores are, is shifted by its own maximum. What if there is a second
row?
"""

import numpy as np


def expose_softmax():
    return np.array([[1000.0, 0.0]])
