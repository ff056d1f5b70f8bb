"""As near as it goes: exp(-746) is 0."""

import numpy as np


def expose_softmax():
    return np.array([[0.0], [-746.0]])
