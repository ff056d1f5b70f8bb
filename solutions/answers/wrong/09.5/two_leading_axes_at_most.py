"""Layers and heads have a score each; with one axis more the first is averaged away."""

import numpy as np


def sink_score(weights):
    found = np.asarray(weights[..., 1:, 0].mean(axis=-1))
    return found.mean(axis=0) if found.ndim > 2 else found
