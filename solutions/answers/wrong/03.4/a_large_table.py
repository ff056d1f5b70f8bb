"""Exposes it with far too many numbers."""

import numpy as np


def expose_softmax():
    return 1000.0 * np.arange(100.0)[:, None]
