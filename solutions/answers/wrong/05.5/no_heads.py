"""No head at all."""

import numpy as np


def expose_split_heads():
    return np.arange(4.0)[None], 0
