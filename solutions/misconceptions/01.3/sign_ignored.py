"""Your result takes the dot product that is farthest from zero, even when it is negative. What does a
negative dot product say about a match?
"""

import numpy as np


def hard_lookup(query, key, value):
    return value[np.argmax(np.abs(query @ key.T), axis=-1)]
