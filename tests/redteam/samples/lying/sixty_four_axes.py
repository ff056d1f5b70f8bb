"""run_time_error: an array with as many axes as NumPy allows."""

import numpy as np


def softmax(scores, axis=-1):
    return np.zeros((1,) * 64)
