"""You found the right place, but what you return is the key that stands there. What does the caller
want from that place?
"""

import numpy as np


def hard_lookup(query, key, value):
    return key[np.argmax(query @ key.T, axis=-1)]
