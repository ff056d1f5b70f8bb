"""The distance comes from the smallest number above 0."""

import numpy as np


def expose_softmax():
    lowest = np.log(np.nextafter(0.0, 1.0))
    return np.array([[0.0], [lowest - 1.0]])
