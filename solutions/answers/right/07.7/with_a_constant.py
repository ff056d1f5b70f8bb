"""A cost with a constant part is no line on these axes."""

import numpy as np


def expose_growth_exponent():
    lengths = np.array([1.0, 2.0, 100.0])
    return lengths, 50 + lengths**2
