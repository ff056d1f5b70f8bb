"""Your scores are the plain dot products. What keeps them from growing with d_head?"""

from reference.cpu.scores import dot_product_scores


def scaled_scores(query, key):
    return dot_product_scores(query, key)
