"""With one key head everybody reads head 0, in either order."""

import numpy as np


def expose_grouped_attention():
    return np.zeros((2, 1, 1)), np.zeros((1, 1, 1)), np.ones((1, 1, 1))
