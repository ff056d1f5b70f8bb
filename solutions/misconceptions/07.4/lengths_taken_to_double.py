"""It says how many times the cost doubles from one length to the next, as if each length were twice the one
before. How much did the length itself grow?
"""

import numpy as np


def growth_exponent(lengths, costs):
    costs = np.array(costs, float)
    return float(np.log2(costs[1:] / costs[:-1]).mean())
