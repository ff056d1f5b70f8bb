"""A block of -inf turns your total into NaN: -inf minus -inf has no value. Which number can be subtracted
instead?
"""

import numpy as np


def online_softmax(scores_blocks):
    maximum, total = -np.inf, 0.0
    for scores in scores_blocks:
        new = np.maximum(maximum, scores.max(axis=-1))
        shift = new
        total = total * np.exp(maximum - shift) + np.exp(scores - shift[..., None]).sum(axis=-1)
        maximum = new
    return maximum, total
