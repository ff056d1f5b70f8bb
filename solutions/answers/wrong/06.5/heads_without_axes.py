"""The axes of tokens and features are missing."""

import numpy as np


def expose_grouped_attention():
    return np.zeros(4), np.arange(2.0), np.arange(2.0)
