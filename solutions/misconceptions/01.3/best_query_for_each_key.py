"""Your search runs along the axis of the queries, and finds the best query for each key. Who is
looking, and who is being looked at?
"""

import numpy as np


def hard_lookup(query, key, value):
    return value[np.argmax(query @ key.T, axis=0) % len(value)]
