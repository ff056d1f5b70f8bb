"""Your scores compare keys with keys. Where does query enter?"""

import numpy as np


def dot_product_scores(query, key):
    return key @ np.swapaxes(key, -1, -2)
