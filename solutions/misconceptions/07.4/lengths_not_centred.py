"""The mean was subtracted from the costs, and not from the lengths. Of the two it is the lengths that need
it: their squares stand in the lower sum.
"""

import numpy as np


def growth_exponent(lengths, costs):
    x, y = np.log(np.array(lengths, float)), np.log(np.array(costs, float))
    y = y - y.mean()
    return float((x * y).sum() / (x * x).sum())
