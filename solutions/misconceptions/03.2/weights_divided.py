"""You divide after softmax, so a row sums to 1 / temperature. Should the temperature change the scores or
the weights?
"""

from reference.cpu.softmax import softmax


def softmax_with_temperature(scores, temperature, axis=-1):
    return softmax(scores, axis=axis) / temperature
