"""Your result takes the key with the smallest dot product. Does a small or a large one mean a good match?"""

import numpy as np


def hard_lookup(query, key, value):
    return value[np.argmin(query @ key.T, axis=-1)]
