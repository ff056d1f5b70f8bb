"""Divides the logarithms of the weights, and normalises again."""

import numpy as np


def softmax_with_temperature(scores, temperature, axis=-1):
    scaled = np.true_divide(scores, temperature)
    highest = np.max(scaled, axis, keepdims=True)
    return np.exp(scaled - highest - np.log(np.exp(scaled - highest).sum(axis, keepdims=True)))
