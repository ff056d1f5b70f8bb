"""Positions: how attention, which does not know the order of its tokens, is told about it. Lesson 09."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


def sinusoidal(seq_len: int, d_model: int) -> Array:
    """Return one vector for each position, to be added to the token that stands there.

    Features 2i and 2i + 1 turn together, at the speed 1 / 10000^(2i / d_model):

        feature 2i     of position p is sin(p / 10000^(2i / d_model))
        feature 2i + 1 of position p is cos(p / 10000^(2i / d_model))

    Args:
        seq_len: how many positions, at least 1. They are counted from 0.
        d_model: features of a token, an even number.

    Returns:
        (seq_len, d_model) float64, computed in float64. Row p belongs to position p.

    Source: Vaswani et al. 2017, "Attention Is All You Need", section 3.5.
    """
    # Exercise 09.1 (6 lines): the speeds, the angles, then sine and cosine side by side.
    raise NotImplementedError("Exercise 09.1: sinusoidal is not written yet.")


def rotary(x: Array, positions: NDArray[np.integer], base: float = 10000.0) -> Array:
    """Return queries or keys, each turned by an angle that grows with its position.

    Features 2i and 2i + 1 are the two coordinates of an arrow. At position p it is turned by the
    angle a = p / base^(2i / d_head):

        feature 2i     becomes x[2i] cos(a) - x[2i + 1] sin(a)
        feature 2i + 1 becomes x[2i] sin(a) + x[2i + 1] cos(a)

    Args:
        x: (..., seq_len, d_head), queries or keys; d_head is even.
        positions: (seq_len,) whole numbers: where each row of x stands. Any numbers in any order,
            not only 0, 1, 2: a decoder that has read 100 tokens asks for position 100.
        base: larger values turn the later features more slowly.

    Returns:
        (..., seq_len, d_head), in the dtype of `x`. `x` itself is left as it was. float64 input is
        computed in float64, the angles too.

    Source: Su et al. 2021, "RoFormer: Enhanced Transformer with Rotary Position Embedding".
    """
    # Exercise 09.2 (7 lines): the angles, their cosines and sines, then turn every pair.
    raise NotImplementedError("Exercise 09.2: rotary is not written yet.")
