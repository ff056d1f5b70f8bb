"""Multiplies by 1 / temperature."""

from reference.cpu.softmax import softmax


def softmax_with_temperature(scores, temperature, axis=-1):
    beta = 1.0 / temperature
    return softmax(beta * scores, axis)
