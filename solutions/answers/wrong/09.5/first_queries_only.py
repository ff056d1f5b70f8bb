"""Queries after the first 512 are not looked at."""

import numpy as np


def previous_token_score(weights):
    seen = weights[..., :512, :512]
    return np.diagonal(seen, offset=-1, axis1=-2, axis2=-1).mean(axis=-1)
