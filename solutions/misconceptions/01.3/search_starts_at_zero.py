"""Where every dot product is negative, you always take the first value. With what number does your
search for the largest begin?
"""

import numpy as np


def hard_lookup(query, key, value):
    scores = np.maximum(query @ key.T, 0.0)
    return value[np.argmax(scores, axis=-1)]
