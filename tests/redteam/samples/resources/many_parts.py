"""output_limit_exceeded: a list of lists that doubles at every level."""


def softmax(scores, axis=-1):
    value = [0.0]
    for _ in range(14):
        value = [value, value]
    return value
