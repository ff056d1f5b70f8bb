"""Your rows belong to keys and your columns to queries. In which order did you hand them on?"""

import numpy as np
from reference.cpu.scores import dot_product_scores


def scaled_scores(query, key):
    return dot_product_scores(key, query) / np.sqrt(query.shape[-1])
