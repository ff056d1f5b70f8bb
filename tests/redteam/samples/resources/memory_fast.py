"""memory_limit_exceeded: a terabyte at once."""

import numpy as np


def softmax(scores, axis=-1):
    return np.ones(1 << 37)
