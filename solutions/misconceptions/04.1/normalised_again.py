"""You divide by the sum of the weights. Softmax has done that already, and a row of zeros becomes 0 / 0:
may the weights stay as they are?
"""


def weighted_sum(weights, value):
    return (weights @ value) / weights.sum(axis=-1, keepdims=True)
