"""Query 0 is left out by overwriting its weights in the array that was handed in."""

import numpy as np


def sink_score(weights):
    weights[..., 0, :] = 0
    return np.asarray(weights[..., 0].sum(axis=-1) / (weights.shape[-1] - 1))
