"""Where the winner stands is not yet its value."""

import numpy as np


def hard_lookup(query, key, value):
    return np.argmax(query @ key.T, axis=-1)
