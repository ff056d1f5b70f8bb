"""It matches the slope of log length on log cost. Which of the two grows with the other?"""

import numpy as np


def growth_exponent(lengths, costs):
    x, y = np.log(np.array(lengths, float)), np.log(np.array(costs, float))
    return float(np.polyfit(y, x, 1)[0])
