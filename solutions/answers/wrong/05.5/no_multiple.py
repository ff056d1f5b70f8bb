"""Four columns do not go into three heads."""

import numpy as np


def expose_split_heads():
    return np.arange(4.0)[None], 3
