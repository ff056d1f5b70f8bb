"""A batch axis that was not asked for."""

import numpy as np


def expose_split_heads():
    return np.arange(4.0)[None, None], 2
