"""Scales a copy of the query."""

from reference.cpu.scores import dot_product_scores


def scaled_scores(query, key):
    return dot_product_scores(query * query.shape[-1] ** -0.5, key)
