"""The weighted average by einsum."""

import numpy as np


def softmax_backward(weights, grad_weights):
    return weights * grad_weights - weights * np.einsum("...j,...j->...", weights, grad_weights)[..., None]
