"""run_time_error: one number that says by its strides that it is an array of a zettabyte."""

import numpy as np
from numpy.lib.stride_tricks import as_strided


def softmax(scores, axis=-1):
    return as_strided(np.zeros(1), (0, 1 << 40, 1 << 22), (0, 0, 0))
