"""A list of the two, the number as one of NumPy."""

import numpy as np


def expose_split_heads():
    return [np.eye(4)[[2]], np.int64(2)]
