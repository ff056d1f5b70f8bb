"""One number at a time."""

import math

import numpy as np


def sinusoidal(seq_len, d_model):
    rows = []
    for position in range(seq_len):
        row = []
        for feature in range(d_model):
            angle = position / 10000 ** ((feature - feature % 2) / d_model)
            row.append(math.cos(angle) if feature % 2 else math.sin(angle))
        rows.append(row)
    return np.array(rows)
