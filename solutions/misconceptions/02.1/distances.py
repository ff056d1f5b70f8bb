"""Your scores are distances between query and key: 0 where they are equal. A dot product is large
where they agree.
"""

import numpy as np


def dot_product_scores(query, key):
    return np.linalg.norm(query[..., :, None, :] - key[..., None, :, :], axis=-1)
