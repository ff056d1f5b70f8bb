"""Costs below 1 count as 1, so that no logarithm is negative."""

import numpy as np


def growth_exponent(lengths, costs):
    x, y = np.log(np.array(lengths, float)), np.log(np.maximum(np.array(costs, float), 1.0))
    return float(np.polyfit(x, y, 1)[0])
