"""A falling cost gets a positive exponent."""

import numpy as np


def growth_exponent(lengths, costs):
    x, y = np.log(np.array(lengths, float)), np.log(np.array(costs, float))
    return abs(float(np.polyfit(x, y, 1)[0]))
