"""time_limit_exceeded: a large product inside numpy, again and again."""

import numpy as np


def softmax(scores, axis=-1):
    x = np.ones((1000, 1000))
    while True:
        x = x @ x / 1000
