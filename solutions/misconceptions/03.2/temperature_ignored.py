"""Your weights are those of temperature 1. Where does the temperature enter, and does it cancel again in
the division?
"""

from reference.cpu.softmax import softmax


def softmax_with_temperature(scores, temperature, axis=-1):
    return softmax(scores, axis=axis)
