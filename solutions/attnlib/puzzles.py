"""Spot the bug: functions that are wrong, and the inputs that show it. From lesson 03 on.

Each suspect passes the tests that come to mind first. You write the smallest input on which it and the
right function give different answers: a hundredth apart at least, measured by the largest number of the
right answer. An input holds at most 64 numbers, all finite, none above a million or below minus a million.
The last one asks for the word for what is wrong, not for the smallest input.
"""

from __future__ import annotations

from itertools import product as pairs

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


def suspect_grouped_attention(query: Array, key: Array, value: Array) -> Array:
    """Return attention in which groups of neighbouring query heads share a key and value head. It has a bug.

    query is (n_heads, q_len, d_head), key and value are (n_key_heads, kv_len, d_head).
    """
    shared = len(query) // len(key)
    key, value = np.tile(key, (shared, 1, 1)), np.tile(value, (shared, 1, 1))
    scores = query @ np.swapaxes(key, -1, -2) / np.sqrt(query.shape[-1])
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    output: Array = exponentials @ value / exponentials.sum(axis=-1, keepdims=True)
    return output


def expose_grouped_attention() -> tuple[Array, Array, Array]:
    """Return query, key and value on which `suspect_grouped_attention` differs from grouped attention.

    Returns:
        query (n_heads, q_len, d_head), key and value (n_key_heads, kv_len, d_head), where n_heads is a
        multiple of n_key_heads. As few numbers as possible in all three together.
    """
    # Exercise 06.5 (2 lines): how many heads of each kind?
    ### BEGIN SOLUTION
    shared = np.array([[[0.0]], [[1.0]]])
    return np.zeros((4, 1, 1)), shared, shared
    ### END SOLUTION


def suspect_growth_exponent(lengths: Array, costs: Array) -> float:
    """Return the slope of log cost on log length that fits best. It has a bug."""
    x, y = np.log(lengths), np.log(costs)
    return float((y[-1] - y[0]) / (x[-1] - x[0]))


def expose_growth_exponent() -> tuple[Array, Array]:
    """Return lengths and costs on which `suspect_growth_exponent` differs from the line that fits best.

    Returns:
        lengths and costs, (n_points,) each: positive numbers, no length twice, as few points as possible.
    """
    # Exercise 07.7 (1 line): points that do not lie on a line.
    ### BEGIN SOLUTION
    return np.array([1.0, 2.0, 8.0]), np.array([1.0, 4.0, 1.0])
    ### END SOLUTION


def suspect_chunked_attention(query: Array, key: Array, value: Array) -> Array:
    """Return attention for query (q_len, d_head), reading one key and value after the other. It has a bug."""
    maximum, total = np.full(len(query), -np.inf), np.zeros(len(query))
    output: Array = np.zeros((len(query), value.shape[-1]))
    for one_key, one_value in zip(key, value, strict=True):
        score = query @ one_key / np.sqrt(query.shape[-1])
        highest = np.maximum(maximum, score)
        strength = np.exp(score - highest)
        total = total * np.exp(maximum - highest) + strength
        output = output + strength[:, None] * one_value
        maximum = highest
    return output / total[:, None]


def expose_chunked_attention() -> tuple[Array, Array, Array]:
    """Return query, key and value on which `suspect_chunked_attention` differs from attention.

    Returns:
        query (q_len, d_head), key (kv_len, d_head) and value (kv_len, d_value). As few numbers as
        possible in all three together.
    """
    # Exercise 08.8 (2 lines): in which order do the keys come?
    ### BEGIN SOLUTION
    query, key = np.array([[1.0]]), np.array([[0.0], [1.0]])
    return query, key, np.array([[1.0], [0.0]])
    ### END SOLUTION


def suspect_sinusoidal(seq_len: int, d_model: int) -> Array:
    """Return positions as sines and cosines, (seq_len, d_model). It has a bug."""
    speeds = 1000.0 ** -(np.arange(0, d_model, 2) / d_model)
    angles = np.arange(seq_len)[:, None] * speeds
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(seq_len, d_model)


def expose_sinusoidal() -> tuple[int, int]:
    """Return seq_len and d_model for which `suspect_sinusoidal` differs from `sinusoidal`.

    Returns:
        seq_len and d_model, whole numbers from 1 to 64, d_model even. As small a table as possible.
    """
    # Exercise 09.7 (1 line): two sizes.
    ### BEGIN SOLUTION
    return 2, 4
    ### END SOLUTION


TILE = 16


def suspect_matmul(a: Array, b: Array) -> Array:
    """Return a @ b, tile by tile, as the programs of 10.3 do: a turn of the first loop is one. It has a bug.

    a is (n_rows, n_inner), b is (n_inner, n_columns). A slice that sticks out ends at the matrix's edge.
    """
    n_rows, n_columns = len(a), b.shape[1]
    product: Array = np.zeros((n_rows, n_columns))
    for top, left in pairs(range(0, n_rows, TILE), range(0, n_columns, TILE)):
        rows, columns = slice(top, top + TILE), slice(left, left + TILE)
        for first in range(0, n_columns, TILE):
            inner = slice(first, first + TILE)
            product[rows, columns] += a[rows, inner] @ b[inner, columns]
    return product


def expose_matmul() -> tuple[int, int, int]:
    """Return n_rows, n_inner and n_columns for which `suspect_matmul` differs from a @ b.

    Returns:
        The sizes of two matrices full of ones, whole numbers from 1 to 64. As few numbers as possible in
        both matrices together.
    """
    # Exercise 10.7 (1 line): three sizes.
    ### BEGIN SOLUTION
    return 1, 17, 1
    ### END SOLUTION


MISTAKES = {
    "keeps_the_lowest": "It keeps the lowest scores, not the highest.",
    "last_of_equals": "Of equal scores the later token counts as the higher one.",
    "one_too_many_stays": "One token too many can be drawn, since ranks are counted from 0.",
    "rank_for_token": "It takes the token at a rank for the rank of a token.",
    "threshold_lets_equals_in": "It keeps every score that reaches the top_k-th, and more than top_k may.",
}


def suspect_chances(scores: Array, top_k: int) -> Array:
    """Return how likely each token is to be drawn among the `top_k` highest scores. It has a bug.

    `scores` and the answer are (n_tokens,). Of equal scores the earlier token counts as the higher one.
    """
    rank = np.argsort(-scores, kind="stable")  # the highest first
    kept = np.where(rank < top_k, scores, -np.inf)
    exponentials: Array = np.exp(kept - kept.max())
    total: Array = exponentials.sum()
    return exponentials / total


def expose_chances() -> tuple[Array, int, str]:
    """Return scores and top_k on which `suspect_chances` goes wrong, and what is wrong with it.

    Returns:
        scores (n_tokens,), top_k from 1 to 64, and one of the words in `MISTAKES`: the one that explains
        every answer of the suspect, not only the one to your input.
    """
    # Exercise 11.4 (1 line): the scores, how many, the word.
    ### BEGIN SOLUTION
    return np.array([1.0, 0.0, 2.0]), 1, "rank_for_token"
    ### END SOLUTION
