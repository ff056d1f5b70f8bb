"""Your previous-token score grows with the length of the text. Is it the sum of the weights or their mean?"""

import numpy as np


def previous_token_score(weights):
    return np.diagonal(weights, offset=-1, axis1=-2, axis2=-1).sum(axis=-1)
