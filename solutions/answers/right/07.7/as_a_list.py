"""The same lengths, falling."""

import numpy as np


def expose_growth_exponent():
    lengths = np.array([9.0, 3.0, 2.0])
    return [lengths, np.array([1.0, 0.1, 1.0])]
