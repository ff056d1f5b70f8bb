"""Costs below 1 are counted as 1."""

import numpy as np


def growth_exponent(lengths, costs):
    return float(np.polyfit(np.log(lengths), np.log(np.maximum(costs, 1)), 1)[0])
