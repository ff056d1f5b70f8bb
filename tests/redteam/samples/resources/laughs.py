"""output_limit_exceeded: the same list ten times in itself, and that ten times, ten levels deep."""


def softmax(scores, axis=-1):
    value = [0.0]
    for _ in range(12):
        value = [value] * 10
    return value
