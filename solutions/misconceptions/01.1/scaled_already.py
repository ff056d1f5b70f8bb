"""Your result is smaller by the square root of the number of columns of x. The scaling belongs to the
scores, in lesson 02.
"""

import math


def project(x, weight):
    return x @ weight / math.sqrt(x.shape[-1])
