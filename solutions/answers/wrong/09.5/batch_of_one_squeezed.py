"""A model with one layer gets its scores without the axis of the layers."""

import numpy as np


def previous_token_score(weights):
    return np.diagonal(weights.squeeze(), offset=-1, axis1=-2, axis2=-1).mean(axis=-1)
