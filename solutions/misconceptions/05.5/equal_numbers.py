"""All numbers of your x are the same, so nobody can see which column went where."""

import numpy as np


def expose_split_heads():
    return np.ones((1, 4)), 2
