"""One variance of 1 for each term."""

import numpy as np


def score_variance(d_head, scaled):
    scale = 1 / np.sqrt(d_head) if scaled else 1.0
    return np.sum(np.full(d_head, scale) ** 2)
