"""Indexes an array of words."""

import numpy as np


def most_attended(weights, tokens):
    return np.array(tokens)[np.argmax(weights, axis=1)].tolist()
