"""Half of the digits are thrown away."""

import numpy as np


def previous_token_score(weights):
    return np.diagonal(weights, offset=-1, axis1=-2, axis2=-1).astype(np.float32).mean(axis=-1)
