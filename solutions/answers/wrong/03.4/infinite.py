"""Minus infinity gives NaN in both."""

import numpy as np


def expose_softmax():
    return np.array([[0.0], [-np.inf]])
