"""Spot the bug: functions that are wrong, and the inputs that show it. From lesson 03 on.

Each suspect passes the tests that come to mind first. You write the smallest input on which it and the
right function give different answers: a hundredth apart at least, measured by the largest number of the
right answer. An input holds at most 64 numbers, all finite, none above a million or below minus a million.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]
Mask = NDArray[np.bool_]


def suspect_softmax(scores: Array) -> Array:
    """Return softmax of each row of `scores`, (rows, kv_len). It has a bug."""
    exponentials: Array = np.exp(scores - scores.max())  # at most 1: nothing overflows
    total: Array = exponentials.sum(axis=-1, keepdims=True)
    return exponentials / total


def expose_softmax() -> Array:
    """Return scores on which `suspect_softmax` differs from softmax along the last axis.

    Returns:
        (rows, kv_len), as few numbers as possible.
    """
    # Exercise 03.4 (1 line): the scores.
    ### BEGIN SOLUTION
    return np.array([[1000.0], [0.0]])
    ### END SOLUTION


def suspect_weights(query: Array, key: Array, mask: Mask) -> Array:
    """Return the weights of attention, (q_len, kv_len), with a mask of the same shape. It has a bug."""
    scores = query @ key.T / np.sqrt(query.shape[-1])
    scores = np.where(mask, scores, -1000.0)  # exp(-1000) is 0
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return np.where(mask.any(axis=-1, keepdims=True), weights, 0.0)  # nothing to look at


def expose_weights() -> tuple[Array, Array, Mask]:
    """Return query, key and mask on which `suspect_weights` differs from the weights of attention.

    Returns:
        query (q_len, d_head), key (kv_len, d_head) and mask (q_len, kv_len) of bools, as few numbers
        as possible in query and key together.
    """
    # Exercise 04.6 (3 lines): a query, the keys, a mask.
    ### BEGIN SOLUTION
    query, key = np.array([[1000.0]]), np.array([[-1.0], [0.0]])
    mask = np.array([[True, False]])
    return query, key, mask
    ### END SOLUTION


def suspect_split_heads(x: Array, n_heads: int) -> Array:
    """Return x, (seq_len, d_model), split into heads: (n_heads, seq_len, d_head). It has a bug."""
    seq_len, d_model = x.shape
    cut = x.reshape(seq_len, d_model // n_heads, n_heads)
    return np.moveaxis(cut, -1, 0)


def expose_split_heads() -> tuple[Array, int]:
    """Return x and n_heads on which `suspect_split_heads` differs from `split_heads`.

    Returns:
        x (seq_len, d_model), as few numbers as possible, and n_heads, of which d_model is a multiple.
    """
    # Exercise 05.5 (1 line): the numbers and how many heads.
    ### BEGIN SOLUTION
    return np.arange(4.0)[None], 2
    ### END SOLUTION
