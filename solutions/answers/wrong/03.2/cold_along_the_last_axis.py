"""At low temperatures the largest score takes everything, along the last axis, whichever was asked for."""

import numpy as np
from reference.cpu.softmax import softmax


def softmax_with_temperature(scores, temperature, axis=-1):
    return softmax(scores / temperature, axis=-1 if temperature < 0.01 else axis)
