"""Batches are flattened to one sequence."""

import numpy as np


def rotary(x, positions, base=10000.0):
    seq_len, d_head = len(x), x.shape[-1]
    turned = np.empty_like(x)
    for row in range(seq_len):
        for pair in range(0, d_head, 2):
            angle = positions[row % len(positions)] / base ** (pair / d_head)
            cos, sin = np.cos(angle), np.sin(angle)
            turned[row, ..., pair] = x[row, ..., pair] * cos - x[row, ..., pair + 1] * sin
            turned[row, ..., pair + 1] = x[row, ..., pair] * sin + x[row, ..., pair + 1] * cos
    return turned
