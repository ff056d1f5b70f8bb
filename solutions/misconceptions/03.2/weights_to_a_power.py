"""Weights to the power 1 / temperature are right on paper, and underflow to 0 / 0 at low temperatures.
Can the temperature come in before the exponential?
"""

from reference.cpu.softmax import softmax


def softmax_with_temperature(scores, temperature, axis=-1):
    powers = softmax(scores, axis=axis) ** (1 / temperature)
    return powers / powers.sum(axis=axis, keepdims=True)
