"""Weight times gradient is one half of the formula. What is missing is what all scores of a row share:
try a gradient that is the same everywhere, which must give 0.
"""


def softmax_backward(weights, grad_weights):
    return grad_weights * weights
