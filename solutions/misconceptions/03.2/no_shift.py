"""Scores that are divided by a small temperature are large, and exp overflows. What does your softmax do
about large scores?
"""

import numpy as np


def softmax_with_temperature(scores, temperature, axis=-1):
    exponentials = np.exp(scores / temperature)
    return exponentials / exponentials.sum(axis=axis, keepdims=True)
