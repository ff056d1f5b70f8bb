"""The median is not the mean."""

import numpy as np


def sink_score(weights):
    return np.median(weights[..., 1:, 0], axis=-1)
