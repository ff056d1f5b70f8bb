"""How well the winner matches is not its value."""

import numpy as np


def hard_lookup(query, key, value):
    return np.max(query @ key.T, axis=-1, keepdims=True) * np.ones((1, value.shape[1]))
