"""Takes temperatures above 1 as 1."""

from reference.cpu.softmax import softmax


def softmax_with_temperature(scores, temperature, axis=-1):
    return softmax(scores / min(temperature, 1.0), axis=axis)
