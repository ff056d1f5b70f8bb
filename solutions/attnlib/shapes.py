"""Sizes and shapes: how many pairs there are, and which array has which axes."""

from __future__ import annotations


def count_pairs(seq_len: int) -> int:
    """Return how many (query, key) pairs a sequence has when every token looks at every token.

    A token also looks at itself, and "cat looks at sat" is another pair than "sat looks at cat".

    Args:
        seq_len: number of tokens, 0 or more.

    Returns:
        A whole number.
    """
    # Exercise 00.1 (1 line): count the pairs (i, j) with both i and j from 0 to seq_len - 1.
    ### BEGIN SOLUTION
    return seq_len * seq_len
    ### END SOLUTION


def projection_shapes(seq_len: int, d_model: int, d_head: int) -> dict[str, tuple[int, int]]:
    """Return the shapes of everything that one projection into query, key and value involves.

    Args:
        seq_len: number of tokens.
        d_model: numbers in the embedding of one token.
        d_head: numbers in one query; keys and values have as many here.

    Returns:
        A dictionary with the names "x", "w_query", "w_key", "w_value", "query", "key" and "value".
        Each entry is a tuple of two whole numbers, (rows, columns), for the convention
        `query = x @ w_query` in which each row of x is one token.
    """
    # Exercise 01.4 (11 lines): one entry for each of the seven arrays.
    ### BEGIN SOLUTION
    weight = (d_model, d_head)
    projected = (seq_len, d_head)
    return {
        "x": (seq_len, d_model),
        "w_query": weight,
        "w_key": weight,
        "w_value": weight,
        "query": projected,
        "key": projected,
        "value": projected,
    }
    ### END SOLUTION


def attention_shapes(
    batch: int, n_heads: int, q_len: int, kv_len: int, d_model: int
) -> dict[str, tuple[int, int, int, int]]:
    """Return the shapes of everything inside multi-head attention, between split and merge.

    Args:
        batch: number of sequences.
        n_heads: number of heads; each has d_head = d_model / n_heads columns.
        q_len: number of queries in a sequence.
        kv_len: number of keys and values in a sequence.
        d_model: numbers in the embedding of one token; a multiple of n_heads.

    Returns:
        A dictionary with the names "query", "key", "value", "scores", "weights" and "output".
        Each entry is a tuple of four whole numbers: (batch, n_heads, ...). The output is meant as
        each head returns it, before the heads are merged. Axes of size 1 stay.
    """
    # Exercise 07.1 (12 lines): three different shapes, six entries.
    ### BEGIN SOLUTION
    d_head = d_model // n_heads
    per_query = (batch, n_heads, q_len, d_head)
    per_key = (batch, n_heads, kv_len, d_head)
    per_pair = (batch, n_heads, q_len, kv_len)
    return {
        "query": per_query,
        "key": per_key,
        "value": per_key,
        "scores": per_pair,
        "weights": per_pair,
        "output": per_query,
    }
    ### END SOLUTION
