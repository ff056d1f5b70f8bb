"""A row made into two, in float32."""

import numpy as np


def expose_softmax():
    return np.array([[0, 1e6]], np.float32).T
