"""Attention: the weighted sum of the values, masks, and what the weights say. Lesson 04."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .scores import scaled_scores
from .softmax import softmax

Array = NDArray[np.floating]
Mask = NDArray[np.bool_]


def weighted_sum(weights: Array, value: Array) -> Array:
    """Return, for each query, the values added up in the proportions that its weights give.

    Row i of the result is the sum over j of weights[i, j] * value[j].

    Args:
        weights: (..., q_len, kv_len). They are used as they are: a row need not sum to 1, and a
            row of zeros gives zeros.
        value: (..., kv_len, d_value), with the same leading axes. kv_len may be 0: the sum of
            nothing is 0.

    Returns:
        (..., q_len, d_value). float64 input is computed in float64. Both arguments are left as they were.
    """
    # Exercise 04.1 (1 line): one matrix product.
    ### BEGIN SOLUTION
    return weights @ value  # (..., q_len, d_value)
    ### END SOLUTION


def causal_mask(q_len: int, kv_len: int, offset: int = 0) -> Mask:
    """Return the mask that hides the future: query i may attend to key j where j <= i + offset.

    The offset is the position of the first query: with 5 keys in a cache and 2 new queries, the
    queries stand at positions 5 and 6, so the offset is 5. A negative offset is legal; then the
    first queries may attend to nothing.

    Args:
        q_len: how many queries.
        kv_len: how many keys.
        offset: how far the queries stand to the right of the keys.

    Returns:
        (q_len, kv_len) bool. True means "may attend".
    """
    # Exercise 04.2 (2 lines): compare the positions of queries and keys.
    ### BEGIN SOLUTION
    query_position = np.arange(q_len)[:, None] + offset  # (q_len, 1)
    return np.arange(kv_len) <= query_position  # (q_len, kv_len)
    ### END SOLUTION


def padding_mask(lengths: ArrayLike, kv_len: int) -> Mask:
    """Return the mask that hides what was added to fill up short sentences.

    The first lengths[b] keys of sentence b are real tokens; those behind them are padding.

    Args:
        lengths: (batch,) whole numbers from 0 to kv_len.
        kv_len: how many keys, padding included.

    Returns:
        (batch, 1, kv_len) bool. True means "may attend". The axis of size 1 stands for the
        queries: all queries of a sentence see the same keys. `lengths` is left as it was.
    """
    # Exercise 04.2, second part (1 line): compare the positions of the keys with the lengths.
    ### BEGIN SOLUTION
    return np.arange(kv_len) < np.asarray(lengths)[:, None, None]  # (batch, 1, kv_len)
    ### END SOLUTION


def attention(query: Array, key: Array, value: Array, mask: Mask | None = None) -> tuple[Array, Array]:
    """Return softmax(Q Kᵀ / √d_head) V, and the weights.

    Args:
        query: (..., q_len, d_head).
        key: (..., kv_len, d_head), with the same leading axes.
        value: (..., kv_len, d_value), with the same leading axes.
        mask: bool, (q_len, kv_len) or any shape that broadcasts to (..., q_len, kv_len). True means
            "may attend". A score that the mask hides has no influence, however large it is.
            None allows every pair.

    Returns:
        output: (..., q_len, d_value).
        weights: (..., q_len, kv_len). Each row sums to 1; a query that may attend to nothing has
            zeros, in the weights and in the output. All arguments are left as they were.
            float64 input is computed in float64.

    Source: Vaswani et al. 2017, "Attention Is All You Need", eq. 1.
    """
    # Exercise 04.3 (7 lines): scores, mask, softmax, weighted sum.
    ### BEGIN SOLUTION
    scores = scaled_scores(query, key)  # (..., q_len, kv_len)
    if mask is not None:
        scores = np.where(mask, scores, -1e30)  # finite: a row of -inf would become NaN
    weights = softmax(scores)
    if mask is not None:
        weights = np.where(mask, weights, 0.0)  # rows without any key
    return weighted_sum(weights, value), weights
    ### END SOLUTION


def most_attended(weights: Array, tokens: Sequence[str]) -> list[str]:
    """Return, for each query, the token to which it attends most.

    Args:
        weights: (q_len, kv_len).
        tokens: kv_len strings, the tokens of the keys.

    Returns:
        q_len strings in a list. Of equal weights the first counts. Both arguments are left as they were.
    """
    # Exercise 04.4 (1 line): find the largest weight of each row.
    ### BEGIN SOLUTION
    return [tokens[position] for position in weights.argmax(axis=-1)]
    ### END SOLUTION


def previous_token_score(weights: Array) -> Array:
    """Return how much each head looks at the token just before.

    Query i looks at key i - 1 with weights[..., i, i - 1]. The score is the mean of that over the queries
    1 to n - 1; query 0 has nothing before it and is left out. 1 means that the head does nothing else.

    Args:
        weights: (..., n, n), such as (layers, n_heads, n, n); n is at least 2.

    Returns:
        (...), one score for each head: the axes of `weights` without the last two. float64 input is
        computed in float64.
    """
    # Exercise 09.5 (2 lines): pick the diagonal below the main one and take its mean.
    ### BEGIN SOLUTION
    one_back = np.diagonal(weights, offset=-1, axis1=-2, axis2=-1)  # (..., n - 1)
    return np.asarray(one_back.mean(axis=-1))
    ### END SOLUTION


def sink_score(weights: Array) -> Array:
    """Return how much each head looks at the first token, whoever is looking.

    The score is the mean of weights[..., i, 0] over the queries 1 to n - 1; the first token itself is
    left out as a query. A head with nothing to say often puts its weight there: an attention sink.

    Args:
        weights: (..., n, n), such as (layers, n_heads, n, n); n is at least 2.

    Returns:
        (...), one score for each head: the axes of `weights` without the last two. float64 input is
        computed in float64.

    Source: Xiao et al. 2023, "Efficient Streaming Language Models with Attention Sinks".
    """
    # Exercise 09.5, second part (1 line): pick the first column and take its mean.
    ### BEGIN SOLUTION
    return np.asarray(weights[..., 1:, 0].mean(axis=-1))
    ### END SOLUTION
