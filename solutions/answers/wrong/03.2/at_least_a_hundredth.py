"""Refuses to go below a temperature of 0.01."""

from reference.cpu.softmax import softmax


def softmax_with_temperature(scores, temperature, axis=-1):
    return softmax(scores / max(temperature, 0.01), axis=axis)
