"""From embeddings to queries, keys and values, and a lookup with one winner."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


def project(x: Array, weight: Array) -> Array:
    """Return every token seen through one weight matrix.

    Row i of the result is row i of x times `weight`. Nothing is added and nothing is scaled.

    Args:
        x: (..., seq_len, d_in). One row for each token; any number of leading axes, such as a batch.
        weight: (d_in, d_out). The same for all tokens.

    Returns:
        (..., seq_len, d_out), a new array; float64 input is computed in float64. x and weight stay
        as they are.
    """
    # Exercise 01.1 (1 line): the matrix product of x and weight.
    raise NotImplementedError("Exercise 01.1: project is not written yet.")


def query_key_value(x: Array, w_query: Array, w_key: Array, w_value: Array) -> tuple[Array, Array, Array]:
    """Return three views of each token: what it looks for, what it offers, what it hands over.

    Args:
        x: (..., seq_len, d_model). One row for each token; any number of leading axes.
        w_query: (d_model, d_head).
        w_key: (d_model, d_head).
        w_value: (d_model, d_value). d_value may differ from d_head.

    Returns:
        A tuple of three arrays: query (..., seq_len, d_head), key (..., seq_len, d_head) and
        value (..., seq_len, d_value), each projected from x. float64 input is computed in float64. x and the
        weights stay as they are.

    Source: Vaswani et al. 2017, "Attention Is All You Need", section 3.2.2.
    """
    # Exercise 01.2 (1 to 3 lines): project x three times, each time with its own weight.
    raise NotImplementedError("Exercise 01.2: query_key_value is not written yet.")


def hard_lookup(query: Array, key: Array, value: Array) -> Array:
    """Return, for each query, the value whose key matches it best; the winner takes all.

    How well a key matches a query is their dot product: the larger, the better. It may be
    negative. Where several keys match equally well, the first of them wins.

    Args:
        query: (q_len, d_head).
        key: (kv_len, d_head), kv_len at least 1.
        value: (kv_len, d_value). Row j belongs to key j.

    Returns:
        (q_len, d_value). Row i is a row of `value`, unchanged: float64 stays float64. query, key and value
        stay as they are.
    """
    # Exercise 01.3 (2 to 3 lines): score every key for every query, find the best key, take its value.
    raise NotImplementedError("Exercise 01.3: hard_lookup is not written yet.")
