"""Every sequence of the batch comes out like the first one. What does your code do with the leading axes?"""

import numpy as np


def project(x, weight):
    first = x.reshape(-1, *x.shape[-2:])[0] @ weight
    return np.broadcast_to(first, (*x.shape[:-2], *first.shape)).copy()
