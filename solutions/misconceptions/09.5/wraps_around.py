"""Your previous-token score counts query 0 too. Its index i - 1 is -1, which is the last key: begin with
query 1.
"""

import numpy as np


def previous_token_score(weights):
    return np.diagonal(np.roll(weights, 1, axis=-1), axis1=-2, axis2=-1).mean(axis=-1)
