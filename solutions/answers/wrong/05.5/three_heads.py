"""Exposes it with six columns."""

import numpy as np


def expose_split_heads():
    return np.arange(6.0)[None], 3
