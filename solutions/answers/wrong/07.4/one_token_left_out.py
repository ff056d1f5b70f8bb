"""A length of 1 is left out, because its logarithm is 0."""

import numpy as np


def growth_exponent(lengths, costs):
    x, y = np.log(np.array(lengths, float)), np.log(np.array(costs, float))
    return float(np.polyfit(x[x != 0], y[x != 0], 1)[0])
