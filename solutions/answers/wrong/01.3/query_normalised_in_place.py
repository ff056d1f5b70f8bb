"""The lengths of the queries do not matter to the winner, but they are changed."""

import numpy as np


def hard_lookup(query, key, value):
    query /= np.linalg.norm(query, axis=-1, keepdims=True) + 1e-9
    return value[np.argmax(query @ key.T, axis=-1)]
