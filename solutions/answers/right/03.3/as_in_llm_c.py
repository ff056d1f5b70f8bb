"""As in llm.c: one column of the Jacobian after the other, with an indicator for its diagonal."""

import numpy as np


def softmax_backward(weights, grad_weights):
    dpreatt = np.zeros(np.broadcast_shapes(weights.shape, grad_weights.shape), weights.dtype)
    for t2 in range(weights.shape[-1]):
        indicator = np.zeros(weights.shape[-1], weights.dtype)
        indicator[t2] = 1
        local_derivative = weights[..., t2, None] * (indicator - weights)
        dpreatt += local_derivative * grad_weights[..., t2, None]
    return dpreatt
