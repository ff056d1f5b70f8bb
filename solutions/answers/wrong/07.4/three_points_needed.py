"""The first point is left out as a warm-up."""

import numpy as np


def growth_exponent(lengths, costs):
    x, y = np.log(np.array(lengths, float)), np.log(np.array(costs, float))
    return float(np.polyfit(x[1:], y[1:], 1)[0]) if len(x) > 5 else float((y[-1] - y[0]) / (x[-1] - x[0]))
