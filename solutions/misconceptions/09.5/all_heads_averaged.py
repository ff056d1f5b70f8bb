"""Your previous-token score is one number for all heads together. Over which axis should the mean run?"""

import numpy as np


def previous_token_score(weights):
    return np.asarray(np.diagonal(weights, offset=-1, axis1=-2, axis2=-1).mean())
