"""The last token comes out as zeros. Where does your loop over tokens end?"""

import numpy as np


def project(x, weight):
    result = np.zeros((*x.shape[:-1], weight.shape[1]))
    for i in range(x.shape[-2] - 1):
        result[..., i, :] = x[..., i, :] @ weight
    return result
