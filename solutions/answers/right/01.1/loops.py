"""Four loops, number by number."""

import numpy as np


def project(x, weight):
    rows = x.reshape(-1, x.shape[-1])
    result = np.zeros((rows.shape[0], weight.shape[1]))
    for i, row in enumerate(rows):
        for o in range(weight.shape[1]):
            for number, factor in zip(row, weight[:, o], strict=True):
                result[i, o] += number * factor
    return result.reshape(*x.shape[:-1], weight.shape[1])
