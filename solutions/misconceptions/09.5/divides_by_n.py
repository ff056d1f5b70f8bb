"""Your previous-token score is too small by the factor (n - 1) / n. How many queries have a token before
them?
"""

import numpy as np


def previous_token_score(weights):
    return np.diagonal(weights, offset=-1, axis1=-2, axis2=-1).sum(axis=-1) / weights.shape[-1]
