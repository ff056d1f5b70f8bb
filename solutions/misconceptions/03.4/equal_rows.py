"""Large scores do no harm as long as both rows have the same maximum."""

import numpy as np


def expose_softmax():
    return np.array([[1000.0], [1000.0]])
