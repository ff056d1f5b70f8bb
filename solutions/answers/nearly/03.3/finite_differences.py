"""Moves each score a little: only half of the digits are right."""

import numpy as np


def softmax_backward(weights, grad_weights):
    step = 1e-6
    scores = np.log(weights + 1e-300)
    grads = []
    for j in range(weights.shape[-1]):
        nudged = np.exp(scores + step * np.eye(weights.shape[-1])[j])
        nudged = nudged / nudged.sum(axis=-1, keepdims=True)
        grads.append(((nudged - weights) / step * grad_weights).sum(axis=-1))
    return np.stack(grads, axis=-1)
