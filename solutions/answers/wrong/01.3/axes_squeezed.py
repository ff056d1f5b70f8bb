"""Axes of size one disappear."""

import numpy as np


def hard_lookup(query, key, value):
    return np.squeeze(value[np.argmax(query @ key.T, axis=-1)])
