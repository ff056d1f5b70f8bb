"""2.0 is no whole number."""

import numpy as np


def expose_split_heads():
    return np.arange(4.0)[None], 2.0
