"""Your weights always sum to 1 along the last axis. Does softmax hear which axis was asked for?"""

from reference.cpu.softmax import softmax


def softmax_with_temperature(scores, temperature, axis=-1):
    return softmax(scores / temperature)
