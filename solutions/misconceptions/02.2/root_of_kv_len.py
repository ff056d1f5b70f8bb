"""Your scale is the square root of the number of keys. The dot product is a sum over another axis: which?"""

import numpy as np
from reference.cpu.scores import dot_product_scores


def scaled_scores(query, key):
    return dot_product_scores(query, key) / np.sqrt(key.shape[-2])
