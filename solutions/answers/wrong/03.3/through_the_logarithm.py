"""Rebuilds scores as log(weights); a weight of 0 gives 0 times infinity."""

import numpy as np


def softmax_backward(weights, grad_weights):
    scores = np.log(weights)
    softmax = np.exp(scores) / np.exp(scores).sum(axis=-1, keepdims=True)
    inner = (grad_weights * softmax).sum(axis=-1, keepdims=True)
    return np.exp(scores) * (grad_weights - inner) + 0 * scores
