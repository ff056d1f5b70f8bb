"""output_limit_exceeded: returns more than may travel."""

import numpy as np


def softmax(scores, axis=-1):
    return np.zeros(10_000_000)
