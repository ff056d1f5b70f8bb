"""Your previous-token score reads the weights above the diagonal: there, query i looks at key i + 1. On
which side do the keys before the query lie?
"""

import numpy as np


def previous_token_score(weights):
    return np.diagonal(weights, offset=1, axis1=-2, axis2=-1).mean(axis=-1)
