"""output_limit_exceeded: returns more than may travel."""

import numpy as np


def softmax(scores):
    return np.zeros(10_000_000)
