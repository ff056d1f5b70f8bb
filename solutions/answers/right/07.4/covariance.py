"""Covariance over variance."""

import numpy as np


def growth_exponent(lengths, costs):
    x, y = np.log(np.array(lengths, float)), np.log(np.array(costs, float))
    return float(np.cov(x, y)[0, 1] / np.var(x, ddof=1))
