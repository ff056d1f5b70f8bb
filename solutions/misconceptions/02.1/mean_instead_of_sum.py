"""Your scores are the mean of the products, not their sum. What does a dot product do after multiplying?"""

import numpy as np


def dot_product_scores(query, key):
    return query @ np.swapaxes(key, -1, -2) / query.shape[-1]
