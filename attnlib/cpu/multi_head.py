"""Several attentions side by side: split into heads, attend, merge, project. Lesson 05."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .attention import Mask, attention
from .projections import project

Array = NDArray[np.floating]


def split_heads(x: Array, n_heads: int) -> Array:
    """Return the columns of x cut into heads, with the heads on an axis of their own.

    d_head is d_model / n_heads. Head h gets the columns h * d_head to (h + 1) * d_head - 1 of every
    token, in their order.

    Args:
        x: (..., seq_len, d_model). Any number of leading axes, such as a batch.
        n_heads: how many heads; d_model is a multiple of it.

    Returns:
        (..., n_heads, seq_len, d_head), in the dtype of x. The head axis stays, even for one head.
        x is left as it was.

    Source: Vaswani et al. 2017, "Attention Is All You Need", section 3.2.2.
    """
    # Exercise 05.1 (2 lines): cut the last axis in two, then move the head axis before the tokens.
    raise NotImplementedError("Exercise 05.1: split_heads is not written yet.")


def merge_heads(x: Array) -> Array:
    """Return what the heads have computed, side by side again: the way back from `split_heads`.

    Args:
        x: (..., n_heads, seq_len, d_head). Any number of leading axes.

    Returns:
        (..., seq_len, n_heads * d_head), in the dtype of x. The first d_head columns come from
        head 0, the next d_head from head 1, and so on. x is left as it was.
    """
    # Exercise 05.2 (2 lines): move the head axis behind the tokens, then join the last two axes.
    raise NotImplementedError("Exercise 05.2: merge_heads is not written yet.")


def multi_head_attention(
    x: Array,
    w_query: Array,
    w_key: Array,
    w_value: Array,
    w_out: Array,
    n_heads: int,
    mask: Mask | None = None,
    context: Array | None = None,
) -> Array:
    """Return Concat(head_0, head_1, ...) W_O, where each head attends with its own part of the columns.

    Project to queries, keys and values, split each into heads, attend in every head with scores
    divided by √d_head (d_head = d_model / n_heads), merge the heads and project with w_out.

    Args:
        x: (..., q_len, d_model), where the queries come from. Any number of leading axes.
        w_query: (d_model, d_model), applied as `x @ w_query`, like the other three. No biases.
        w_key: (d_model, d_model).
        w_value: (d_model, d_model).
        w_out: (d_model, d_model), applied to the merged heads.
        n_heads: how many heads; d_model is a multiple of it.
        mask: bool, (q_len, kv_len) for all heads, or any shape that broadcasts to
            (..., n_heads, q_len, kv_len). True means "may attend". None allows every pair.
            The caller gives a (batch, 1, kv_len) `padding_mask` an axis for the heads: mask[:, None].
        context: (..., kv_len, d_model), where keys and values come from (cross-attention), with the
            same leading axes as x. None: they come from x (self-attention).

    Returns:
        (..., q_len, d_model): the output alone, without the weights. A query that may attend to
        nothing gets zeros. All arguments are left as they were. float64 input is computed in float64.

    Source: Vaswani et al. 2017, "Attention Is All You Need", section 3.2.2.
    """
    # Exercise 05.3 (6 lines): project, split, attend, merge, project; use your own functions.
    raise NotImplementedError("Exercise 05.3: multi_head_attention is not written yet.")
