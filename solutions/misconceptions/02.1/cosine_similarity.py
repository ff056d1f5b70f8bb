"""Your scores are cosines: the lengths of query and key have been divided out. A plain dot product
keeps them.
"""

import numpy as np


def dot_product_scores(query, key):
    query = query / np.linalg.norm(query, axis=-1, keepdims=True)
    key = key / np.linalg.norm(key, axis=-1, keepdims=True)
    return query @ np.swapaxes(key, -1, -2)
