"""Each function returns the other's score."""

import numpy as np


def previous_token_score(weights):
    return np.asarray(weights[..., 1:, 0].mean(axis=-1))


def sink_score(weights):
    return np.diagonal(weights, offset=-1, axis1=-2, axis2=-1).mean(axis=-1)
