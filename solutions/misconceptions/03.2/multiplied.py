"""A high temperature makes your weights sharper. It should make them flatter: what is the other way to
combine scores and temperature?
"""

from reference.cpu.softmax import softmax


def softmax_with_temperature(scores, temperature, axis=-1):
    return softmax(scores * temperature, axis=axis)
