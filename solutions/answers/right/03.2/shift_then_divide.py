"""Subtracts the maximum before dividing."""

import numpy as np


def softmax_with_temperature(scores, temperature, axis=-1):
    exponentials = np.exp((scores - scores.max(axis=axis, keepdims=True)) / temperature)
    return exponentials / exponentials.sum(axis=axis, keepdims=True)
