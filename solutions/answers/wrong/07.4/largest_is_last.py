"""The slope is turned around where the lengths fall."""

import numpy as np


def growth_exponent(lengths, costs):
    order = np.argsort(costs)
    x, y = np.log(np.array(lengths, float)), np.log(np.array(costs, float))[order]
    return float(np.polyfit(np.sort(x), y, 1)[0])
