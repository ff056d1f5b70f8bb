"""A row with a weight above 0.999 counts as saturated."""

import numpy as np


def softmax_backward(weights, grad_weights):
    out = weights * (grad_weights - (grad_weights * weights).sum(-1, keepdims=True))
    return np.where(weights.max(-1, keepdims=True) > 0.999, 0, out)
