"""Normal equations; the answer is an array without axes."""

import numpy as np


def growth_exponent(lengths, costs):
    columns = np.vander(np.log(np.asarray(lengths, float)), 2)
    return np.asarray(np.linalg.solve(columns.T @ columns, columns.T @ np.log(np.asarray(costs, float)))[0])
