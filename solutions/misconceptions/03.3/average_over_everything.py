"""You subtract one number from the whole array. How many rows are there, and how many averages?"""


def softmax_backward(weights, grad_weights):
    return weights * (grad_weights - (grad_weights * weights).sum())
