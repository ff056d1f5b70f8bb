"""All Jacobians in one array."""

import numpy as np


def softmax_backward(weights, grad_weights):
    eye = np.eye(weights.shape[-1])
    jacobian = weights[..., :, None] * (eye - weights[..., None, :])
    return np.squeeze(grad_weights[..., None, :] @ jacobian, axis=-2)
