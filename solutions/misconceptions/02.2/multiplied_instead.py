"""Your scores are larger than the plain dot products. The scale should make them smaller."""

import numpy as np
from reference.cpu.scores import dot_product_scores


def scaled_scores(query, key):
    return dot_product_scores(query, key) * np.sqrt(query.shape[-1])
