"""The axis is moved to the end, and the first one back."""

from reference.cpu.softmax import softmax


def softmax_with_temperature(scores, temperature, axis=-1):
    if axis != -1 and scores.ndim > 2:
        return softmax(scores.swapaxes(axis, -1) / temperature).swapaxes(0, -1)
    return softmax(scores / temperature, axis=axis)
