"""Your scores are divided by √d_head already. That is the next exercise; here the plain dot product is
asked for.
"""

import numpy as np


def dot_product_scores(query, key):
    return query @ np.swapaxes(key, -1, -2) / np.sqrt(query.shape[-1])
