"""Your rows are close together, and exp of their distance is an ordinary number. How far apart must they
be for 0?
"""

import numpy as np


def expose_softmax():
    return np.array([[1.0], [2.0]])
