"""Your mask hides everything, and the suspect handles that: its weights are 0 as well."""

import numpy as np


def expose_weights():
    query, key = np.array([[1.0]]), np.array([[1.0], [2.0]])
    return query, key, np.array([[False, False]])
