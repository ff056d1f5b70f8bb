"""Every sequence of the batch has the scores of the first one. What does your code do with the leading
axes?
"""

import numpy as np


def dot_product_scores(query, key):
    first = query.reshape(-1, *query.shape[-2:])[0] @ key.reshape(-1, *key.shape[-2:])[0].T
    return np.broadcast_to(first, (*query.shape[:-2], *first.shape)).copy()
