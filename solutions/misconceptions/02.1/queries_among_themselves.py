"""Your scores compare queries with queries. Where does key enter?"""

import numpy as np


def dot_product_scores(query, key):
    return query @ np.swapaxes(query, -1, -2)
