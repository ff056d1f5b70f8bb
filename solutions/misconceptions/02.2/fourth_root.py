"""Your scale is the fourth root of d_head. It would do if both query and key were divided by it; was
one of them left out?
"""

from reference.cpu.scores import dot_product_scores


def scaled_scores(query, key):
    return dot_product_scores(query, key) / query.shape[-1] ** 0.25
