"""Scores: how well each query matches each key, before softmax."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


def dot_product_scores(query: Array, key: Array) -> Array:
    """Return the dot product of every query with every key, Q Kᵀ.

    Args:
        query: (..., q_len, d_head). Any number of leading axes, such as batch and heads.
        key: (..., kv_len, d_head). The same leading axes as query; each is scored on its own.

    Returns:
        (..., q_len, kv_len), a new array. Entry [..., i, j] belongs to query i and key j.
        Both axes stay, even where q_len or kv_len is 1. float64 input is computed in float64. query and key
        stay as they are.
    """
    # Exercise 02.1 (1 line): swap the last two axes of key, then one matrix product.
    ### BEGIN SOLUTION
    return query @ np.swapaxes(key, -1, -2)
    ### END SOLUTION


def scaled_scores(query: Array, key: Array) -> Array:
    """Return the scores of scaled dot-product attention, Q Kᵀ / √d_head.

    Args:
        query: (..., q_len, d_head). Any number of leading axes, such as batch and heads.
        key: (..., kv_len, d_head). The same leading axes as query.

    Returns:
        (..., q_len, kv_len), a new array; float64 input is computed in float64. query and key stay
        as they are.

    Source: Vaswani et al. 2017, "Attention Is All You Need", section 3.2.1.
    """
    # Exercise 02.2 (2 lines): the dot products, divided by the square root of d_head.
    ### BEGIN SOLUTION
    d_head = query.shape[-1]
    return dot_product_scores(query, key) / math.sqrt(d_head)
    ### END SOLUTION


def score_variance(d_head: int, scaled: bool) -> float:
    """Return the exact variance of one score when query and key hold random numbers.

    Each of the 2 d_head numbers is drawn on its own, with mean 0 and variance 1.

    Args:
        d_head: numbers in one query and in one key, 1 or more.
        scaled: True for `scaled_scores`, False for `dot_product_scores`.

    Returns:
        One number, from a formula; not an estimate from samples.
    """
    # Exercise 02.3 (1 line): a sum of d_head products; then see what dividing by √d_head does.
    ### BEGIN SOLUTION
    return 1.0 if scaled else float(d_head)
    ### END SOLUTION
