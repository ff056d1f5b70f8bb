"""One pair of one row at a time."""

import math

import numpy as np


def rotary(x, positions, base=10000.0):
    turned = np.array(x)
    for row, position in enumerate(positions):
        for pair in range(0, x.shape[-1], 2):
            angle = float(position) / base ** (pair / x.shape[-1])
            a, b = x[..., row, pair], x[..., row, pair + 1]
            turned[..., row, pair] = a * math.cos(angle) - b * math.sin(angle)
            turned[..., row, pair + 1] = a * math.sin(angle) + b * math.cos(angle)
    return turned
