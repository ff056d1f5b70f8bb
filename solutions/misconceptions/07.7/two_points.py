"""Through two points there is one line. A third one has to disagree."""

import numpy as np


def expose_growth_exponent():
    return np.array([1.0, 2.0]), np.array([1.0, 8.0])
