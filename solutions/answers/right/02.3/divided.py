"""Variance, then division by the square of the root."""

import math


def score_variance(d_head, scaled):
    variance = d_head * 1.0
    if scaled:
        variance /= math.sqrt(d_head) ** 2
    return variance
