"""Your weights match a division by the square root of the temperature. The square root belongs to d_head;
what does the temperature need?
"""

import numpy as np
from reference.cpu.softmax import softmax


def softmax_with_temperature(scores, temperature, axis=-1):
    return softmax(scores / np.sqrt(temperature), axis=axis)
