"""Moves each score a little up and down: only half of the digits are right."""

import numpy as np


def softmax_backward(weights, grad_weights):
    step = 1e-3
    scores = np.log(weights.astype(np.float64) + 1e-300)
    grads = []
    for move in step * np.eye(weights.shape[-1]):
        up, down = (
            each / each.sum(axis=-1, keepdims=True) for each in np.exp([scores + move, scores - move])
        )
        grads.append(((up - down) / (2 * step) * grad_weights).sum(axis=-1))
    return np.stack(grads, axis=-1)
