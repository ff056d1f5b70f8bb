"""It is too large by the factor n / (n - 1): np.cov divides by n - 1, np.var by n. Divide two sums, or give
both the same ddof.
"""

import numpy as np


def growth_exponent(lengths, costs):
    x, y = np.log(np.array(lengths, float)), np.log(np.array(costs, float))
    return float(np.cov(x, y)[0, 1] / np.var(x))
