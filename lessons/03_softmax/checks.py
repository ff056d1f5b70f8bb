"""Lesson 03: the exercises and their public checks."""

import numpy as np

from autograde.compare import expect, expect_close, expect_dtype, expect_unchanged
from autograde.exercise import Exercise
from autograde.expose import expect_array, expect_fewest

softmax = Exercise(
    "03.1",
    "cpu.softmax.softmax",
    title="A softmax that does not overflow",
    minutes=12,
    hints=(
        "Weights must be positive and sum to 1. The exponential makes every number positive; a division "
        "makes them sum to 1. exp(1000) is too large for a float, so make the scores smaller first: a "
        "constant that is added to a whole row cancels in the division.",
        "weights_j = exp(s_j - m) / Σ_k exp(s_k - m), where m is the largest score of the same row. "
        "Both the maximum and the sum run along `axis`.",
        "1. Turn whole numbers into float64: of a whole number of one byte np.exp makes only a float16. "
        "2. Take the maximum along `axis` with keepdims=True, so that it can be subtracted. "
        "3. Subtract it and store the result under a new name. 4. Take np.exp. "
        "5. Divide by the sum along `axis`, again with keepdims=True.",
    ),
)


@softmax.check
def a_row_by_hand(learner, draw):
    """softmax([0, ln 2, ln 3]) is [1/6, 2/6, 3/6]."""
    expect_close("weights", learner.softmax(np.log([1.0, 2.0, 3.0])), np.array([1.0, 2.0, 3.0]) / 6)


@softmax.check
def each_row_by_itself(learner, draw):
    """Two rows, [0, 0, 0, 0] and [ln 5, 0, 0, 0]: [1/4, 1/4, 1/4, 1/4] and [5/8, 1/8, 1/8, 1/8]."""
    scores = np.array([[0.0, 0.0, 0.0, 0.0], [np.log(5.0), 0.0, 0.0, 0.0]])
    expected = np.array([[2.0, 2.0, 2.0, 2.0], [5.0, 1.0, 1.0, 1.0]]) / 8
    expect_close("weights", learner.softmax(scores), expected)


@softmax.check
def along_the_first_axis(learner, draw):
    """With axis=0 each column sums to 1."""
    scores = np.log([[1.0, 3.0], [3.0, 1.0], [4.0, 1.0]])
    expected = np.array([[1 / 8, 3 / 5], [3 / 8, 1 / 5], [4 / 8, 1 / 5]])
    expect_close("weights", learner.softmax(scores, axis=0), expected)


@softmax.check
def scores_of_a_thousand(learner, draw):
    """The rows [1000, 1000] and [0, 0] give [1/2, 1/2] both, [2000, 0, 0] gives [1, 0, 0]."""
    rows = learner.softmax(np.array([[1000.0, 1000.0], [0.0, 0.0]]))
    expect_close("weights", rows, np.full((2, 2), 0.5))
    expect_close("weights", learner.softmax(np.array([2000.0, 0.0, 0.0])), np.array([1.0, 0.0, 0.0]))


@softmax.check
def whole_numbers_of_one_byte(learner, draw):
    """softmax([2, 2, 2, 2]), in whole numbers of one byte, is [1/4, 1/4, 1/4, 1/4] in float64."""
    weights = learner.softmax(np.array([2, 2, 2, 2], np.int8))
    expect_close("weights", weights, np.full(4, 0.25))
    expect_dtype("weights", weights, np.float64)


softmax_with_temperature = Exercise(
    "03.2",
    "cpu.softmax.softmax_with_temperature",
    title="Temperature",
    minutes=5,
    hints=(
        "The temperature changes how far apart the scores are before softmax sees them. A low temperature "
        "must push them apart.",
        "softmax(s / T): at T = 0.5 all distances between scores double, at T = 2 they halve.",
        "1. Divide the scores by the temperature; this makes a new array. 2. Hand it to your softmax, "
        "together with `axis`. 3. Return what comes out.",
    ),
    builds_on=("03.1",),
)


@softmax_with_temperature.check
def half_the_temperature(learner, draw):
    """Scores [0, ln 2] at temperature 0.5: the weights are [1/5, 4/5]."""
    weights = learner.softmax_with_temperature(np.log([1.0, 2.0]), 0.5)
    expect_close("weights", weights, np.array([0.2, 0.8]))


@softmax_with_temperature.check
def twice_the_temperature(learner, draw):
    """Scores [0, ln 9] at temperature 2: the weights are [1/4, 3/4]."""
    weights = learner.softmax_with_temperature(np.log([1.0, 9.0]), 2.0)
    expect_close("weights", weights, np.array([0.25, 0.75]))


@softmax_with_temperature.check
def scores_far_apart(learner, draw):
    """Scores [0, 1000 ln 9] at 1000: [1/10, 9/10]. Scores [1000, 1000] at 1: [1/2, 1/2]."""
    weights = learner.softmax_with_temperature(1000.0 * np.log([1.0, 9.0]), 1000.0)
    expect_close("weights", weights, np.array([0.1, 0.9]))
    weights = learner.softmax_with_temperature(np.array([1000.0, 1000.0]), 1.0)
    expect_close("weights", weights, np.array([0.5, 0.5]))


@softmax_with_temperature.check
def along_another_axis(learner, draw):
    """With axis=0 the column [0, ln 9] at temperature 2 gives [1/4, 3/4]."""
    weights = learner.softmax_with_temperature(np.log([[1.0], [9.0]]), 2.0, axis=0)
    expect_close("weights", weights, np.array([[0.25], [0.75]]))


softmax_backward = Exercise(
    "03.3",
    "cpu.softmax.softmax_backward",
    title="The gradient of softmax",
    minutes=15,
    level="hard",
    hints=(
        "One score changes all weights of its row: its own goes up, the others go down, because they share "
        "a total of 1. So the gradient of one score needs the gradients of all weights of the row.",
        "grad_scores_j = w_j (g_j - Σ_i g_i w_i). The sum is the average of g, weighted by w: "
        "one number for each row.",
        "1. Multiply grad_weights by weights. 2. Sum over the last axis with keepdims=True. "
        "3. Subtract that number from grad_weights. 4. Multiply the difference by weights.",
    ),
)


@softmax_backward.check
def two_equal_weights(learner, draw):
    """Weights [1/2, 1/2], gradient [1, 0]: the first score gains 1/4, the second loses 1/4."""
    grad = learner.softmax_backward(np.array([0.5, 0.5]), np.array([1.0, 0.0]))
    expect_close("gradient of scores", grad, np.array([0.25, -0.25]))


@softmax_backward.check
def a_row_with_three_weights(learner, draw):
    """Weights [0.5, 0.3, 0.2], gradient [1, 2, 4]: the average is 1.9. Each row has an average of its own."""
    weights, gradient = [[0.5, 0.3, 0.2], [0.5, 0.5, 0.0]], [[1.0, 2.0, 4.0], [1.0, 0.0, 0.0]]
    grad = learner.softmax_backward(np.array(weights), np.array(gradient))
    expect_close("gradient of scores", grad, np.array([[-0.45, 0.03, 0.42], [0.25, -0.25, 0.0]]))


@softmax_backward.check
def arguments_unchanged(learner, draw):
    """The weights that you were given must still be the same after the call."""
    weights = np.array([[0.5, 0.3, 0.2], [0.1, 0.1, 0.8]])
    _, arguments, _ = learner.softmax_backward.with_arguments(weights.copy(), np.ones((2, 3)))
    expect_unchanged("weights", arguments[0], weights)


expose_softmax = Exercise(
    "03.4",
    "puzzles.expose_softmax",
    title="Spot the bug: softmax",
    minutes=8,
    level="medium",
    hints=(
        "The suspect is right for every single row, whatever the size of its scores. So a row has to go "
        "wrong because of what stands beside it.",
        "It computes exp(s - m) / Σ exp(s - m) with one m for all rows. The formula holds for any m. In "
        "which row is every exp(s - m) so small that the computer writes 0?",
        "1. Take two rows, and think of how far m lies above the lower one. 2. From lesson 03: exp becomes 0 "
        "when its argument is below about -745. 3. Then ask how many keys a row needs for 0 / 0.",
    ),
)


def exposing_scores(learner):
    return expect_array("scores", learner.expose_softmax(), "rows kv_len")


@expose_softmax.check
def the_suspect_breaks_a_rule(learner, draw):
    """On your scores some row of the suspect's weights must not add up to 1."""
    total = learner.suspect_softmax(exposing_scores(learner)).sum(axis=-1)
    expect(not np.allclose(total, 1.0, atol=0.01), "scores: every row of the suspect's weights adds up to 1.")


@expose_softmax.check
def with_two_scores(learner, draw):
    """Two scores are enough."""
    expect_fewest("scores", exposing_scores(learner).size, 2)
