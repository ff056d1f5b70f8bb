"""time_limit_exceeded costs 25: sleeps just less than a call may take, each time."""

import time

right = softmax
backward = softmax_backward


def softmax(scores, axis=-1):
    time.sleep(0.4)
    return right(scores, axis)


def softmax_backward(weights, grad_weights):
    time.sleep(0.4)
    return backward(weights, grad_weights)
