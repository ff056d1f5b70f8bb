"""The line was forced through the origin. A constant factor in the costs must not change the exponent:
subtract the means.
"""

import numpy as np


def growth_exponent(lengths, costs):
    x, y = np.log(np.array(lengths, float)), np.log(np.array(costs, float))
    return float(x @ y / (x @ x))
