"""It is log cost divided by log length, which is the exponent only if the constant factor is 1. A slope is a
ratio of differences: subtract the means first.
"""

import numpy as np


def growth_exponent(lengths, costs):
    x, y = np.log(np.array(lengths, float)), np.log(np.array(costs, float))
    with np.errstate(all="ignore"):
        return float(np.mean(y / x))
