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
    raise NotImplementedError("Exercise 00.1: count_pairs is not written yet.")


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
    raise NotImplementedError("Exercise 01.4: projection_shapes is not written yet.")


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
    raise NotImplementedError("Exercise 07.1: attention_shapes is not written yet.")
