"""Your previous-token score takes the diagonal of the first two axes, as np.diagonal does by itself. Query
and key are the last two: axis1=-2, axis2=-1.
"""

import numpy as np


def previous_token_score(weights):
    return np.diagonal(weights, offset=-1).mean(axis=-1)
