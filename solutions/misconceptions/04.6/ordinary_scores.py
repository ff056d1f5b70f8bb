"""Beside ordinary scores -1000 is as good as minus infinity. Which visible score is as low as that?"""

import numpy as np


def expose_weights():
    query, key = np.array([[1.0]]), np.array([[-1.0], [0.0]])
    return query, key, np.array([[True, False]])
