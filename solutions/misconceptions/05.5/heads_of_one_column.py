"""With d_head = 1 every head owns one column, and both count them alike."""

import numpy as np


def expose_split_heads():
    return np.arange(4.0)[None], 4
