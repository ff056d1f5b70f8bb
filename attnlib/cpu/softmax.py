"""Softmax: from scores to weights, and back again for the gradient. Lesson 03."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


def softmax(scores: Array, axis: int = -1) -> Array:
    """Return exp(scores), divided by its sum along `axis`.

    Adding a constant to all scores of a row leaves the weights as they are. Use this to stay
    finite: scores of 10,000 and of -10,000 are legal, in one row or in different rows.

    Args:
        scores: (...), any number of axes. A score of -inf is legal and gets weight 0, as long as
            its row holds at least one finite score.
        axis: the axis along which the weights sum to 1.

    Returns:
        An array of the same shape, in the dtype of `scores` (whole numbers of every width give float64).
        float64 input is computed in float64. `scores` itself is left as it was.

    Source: Bridle 1990, "Probabilistic interpretation of feedforward classification network outputs".
    """
    # Exercise 03.1 (5 lines): shift the scores, take exponentials, divide by their sum.
    raise NotImplementedError("Exercise 03.1: softmax is not written yet.")


def softmax_with_temperature(scores: Array, temperature: float, axis: int = -1) -> Array:
    """Return softmax(scores / temperature), taken along `axis`.

    A temperature of 1 changes nothing. A low one sharpens the weights towards the largest score,
    a high one flattens them towards equal weights.

    Args:
        scores: (...), any number of axes.
        temperature: a number above 0, as small as 0.001.
        axis: the axis along which the weights sum to 1.

    Returns:
        An array of the same shape. `scores` itself is left as it was. float64 input is computed in float64.

    Source: Hinton et al. 2015, "Distilling the Knowledge in a Neural Network", eq. 1.
    """
    # Exercise 03.2 (1 line): use your softmax.
    raise NotImplementedError("Exercise 03.2: softmax_with_temperature is not written yet.")


def softmax_backward(weights: Array, grad_weights: Array) -> Array:
    """Return the gradient of a loss with respect to the scores.

    The loss depends on the scores through weights = softmax(scores), taken along the last axis.
    With w for weights and g for grad_weights, the gradient of one row is

        grad_scores_j = sum over i of g_i dw_i/ds_j,    dw_i/ds_j = w_i (1 if i == j else 0) - w_i w_j.

    Args:
        weights: (..., kv_len), what softmax returned. Weights of exactly 0 and 1 are legal.
        grad_weights: (..., kv_len), the gradient of the loss with respect to the weights.

    Returns:
        (..., kv_len). Both arguments are left as they were. float64 input is computed in float64.
    """
    # Exercise 03.3 (2 lines): multiply the gradient by the Jacobian of each row.
    raise NotImplementedError("Exercise 03.3: softmax_backward is not written yet.")
