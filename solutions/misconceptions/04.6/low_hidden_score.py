"""You made the hidden score low. It is replaced by -1000, whatever it was; which score does that have to
be compared with?
"""

import numpy as np


def expose_weights():
    query, key = np.array([[1000.0]]), np.array([[1.0], [-1.0]])
    return query, key, np.array([[True, False]])
