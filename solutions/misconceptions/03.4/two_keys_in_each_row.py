"""It is exposed, by four scores. With how many keys does a row of zeros already give 0 / 0?"""

import numpy as np


def expose_softmax():
    return np.array([[1000.0, 1000.0], [0.0, 0.0]])
