"""The number of heads is missing."""

import numpy as np


def expose_split_heads():
    return np.arange(4.0)[None]
