"""The trace of the weights without first row and last column."""

import numpy as np


def previous_token_score(weights):
    return np.einsum("...ii->...", weights[..., 1:, :-1]) / (weights.shape[-1] - 1)


def sink_score(weights):
    return np.einsum("...i->...", weights[..., 1:, 0]) / (weights.shape[-1] - 1)
