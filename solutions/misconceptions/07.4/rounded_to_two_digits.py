"""It is right, but rounded. Return all digits, and round where you print."""

import numpy as np


def growth_exponent(lengths, costs):
    x, y = np.log(np.array(lengths, float)), np.log(np.array(costs, float))
    return float(round(np.polyfit(x, y, 1)[0], 2))
