"""fromfunction computes every entry from its row and column."""

import numpy as np


def sinusoidal(seq_len, d_model):
    def entry(position, feature):
        angle = position * 10000 ** -(2 * (feature // 2) / d_model)
        return np.where(feature % 2 == 0, np.sin(angle), np.cos(angle))

    return np.fromfunction(entry, (seq_len, d_model), dtype=np.float64)
