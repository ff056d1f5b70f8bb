"""You subtract the plain mean of the gradient. Which average gives a token with weight 0.9 more say than
one with weight 0.01?
"""


def softmax_backward(weights, grad_weights):
    return weights * (grad_weights - grad_weights.mean(axis=-1, keepdims=True))
