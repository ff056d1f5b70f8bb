"""Positions are kept in 16 bits."""

import numpy as np
from reference.cpu.positions import rotary as right


def rotary(x, positions, base=10000.0):
    return right(x, positions.astype(np.int16), base)
