"""einsum with two named axes: right for one matrix only."""

import numpy as np


def softmax_backward(weights, grad_weights):
    return weights * (grad_weights - np.einsum("ij,ij->i", weights, grad_weights)[:, None])
