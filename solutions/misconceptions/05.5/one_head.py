"""With one head nothing is cut: that head owns all columns in their order."""

import numpy as np


def expose_split_heads():
    return np.arange(4.0)[None], 1
