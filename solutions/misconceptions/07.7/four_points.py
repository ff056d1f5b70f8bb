"""It is exposed, by four points. How many does a line need to miss one?"""

import numpy as np


def expose_growth_exponent():
    return np.array([1.0, 2.0, 4.0, 8.0]), np.array([1.0, 8.0, 1.0, 8.0])
