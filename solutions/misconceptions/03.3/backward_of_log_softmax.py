"""This is the gradient for logarithms of weights, as in a cross-entropy loss. Here the gradient belongs
to the weights themselves.
"""


def softmax_backward(weights, grad_weights):
    return grad_weights - weights * grad_weights.sum(axis=-1, keepdims=True)
