"""Weights that agree in four decimals count as equal."""

import numpy as np


def most_attended(weights, tokens):
    return [tokens[j] for j in np.round(weights, 4).argmax(-1)]
