"""Rounds the temperature down."""

from reference.cpu.softmax import softmax


def softmax_with_temperature(scores, temperature, axis=-1):
    return softmax(scores / max(int(temperature), 1), axis=axis)
