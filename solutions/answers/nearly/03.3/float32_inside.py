"""Half of the digits are lost on the way."""

import numpy as np


def softmax_backward(weights, grad_weights):
    w, g = weights.astype(np.float32), grad_weights.astype(np.float32)
    return w * (g - (g * w).sum(axis=-1, keepdims=True))
