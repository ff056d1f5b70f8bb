"""output_limit_exceeded: one number that is shown as a terabyte of them."""

import numpy as np


def softmax(scores, axis=-1):
    return np.broadcast_to(np.float64(1.0), (1 << 37,))
