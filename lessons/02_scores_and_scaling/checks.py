"""Public checks of lesson 02."""

import numpy as np

from autograde.compare import expect_close, expect_shape
from autograde.exercise import Exercise

dot_product_scores = Exercise(
    "02.1",
    "cpu.scores.dot_product_scores",
    title="Every query meets every key",
    minutes=8,
    hints=(
        "One score is one dot product: multiply number by number, then add. You need it for every pair.",
        "scores = Q Kᵀ: row i belongs to query i, column j to key j.",
        "key has shape (..., kv_len, d_head); its last two axes must change places before query @ ... fits. "
        "np.swapaxes(key, -1, -2) does that and leaves leading axes alone; key.T turns all axes around.",
    ),
)

scaled_scores = Exercise(
    "02.2",
    "cpu.scores.scaled_scores",
    title="Scaled scores",
    minutes=5,
    builds_on=("02.1",),
    hints=(
        "The scores of long vectors are too large. One division brings them back to the same size.",
        "scaled scores = Q Kᵀ / √d_head, and d_head is how many numbers one query has.",
        "1. d_head is the last entry of query.shape. 2. Call dot_product_scores(query, key). "
        "3. Divide by the square root of d_head and return the result.",
    ),
)

score_variance = Exercise(
    "02.3",
    "cpu.scores.score_variance",
    title="The variance of a score",
    minutes=10,
    level="medium",
    hints=(
        "A score is a sum of d_head products. What is the variance of one product, and of the sum?",
        "Variances of independent terms add: Var(q · k) = d_head · Var(q₁ k₁). And Var(s / c) = Var(s) / c².",
        "One product of two independent numbers with mean 0 and variance 1 has variance 1. "
        "So the plain score has d_head times that. For the scaled score divide by c² with c = √d_head.",
    ),
)


@dot_product_scores.check
def two_by_three_by_hand(learner, draw):
    """Queries [1, 2], [0, -1] with keys [3, 0], [1, 1], [0, 5] score [[3, 3, 10], [0, -1, -5]]."""
    query, key = np.array([[1.0, 2.0], [0.0, -1.0]]), np.array([[3.0, 0.0], [1.0, 1.0], [0.0, 5.0]])
    expected = np.array([[3.0, 3.0, 10.0], [0.0, -1.0, -5.0]])
    expect_close("scores", learner.dot_product_scores(query, key), expected)


@dot_product_scores.check
def rows_are_queries(learner, draw):
    """For 5 queries and 3 keys the scores have shape (5, 3)."""
    expect_shape("scores", learner.dot_product_scores(draw.normal(5, 4), draw.normal(3, 4)), (5, 3))


@dot_product_scores.check
def a_batch_with_heads(learner, draw):
    """For shapes (2, 6, 5, 4) and (2, 6, 3, 4) the scores have shape (2, 6, 5, 3); each keeps to itself."""
    scores = learner.dot_product_scores(draw.normal(2, 6, 5, 4), draw.normal(2, 6, 3, 4))
    expect_shape("scores", scores, (2, 6, 5, 3))
    query, key = np.array([[[1.0]], [[2.0]]]), np.array([[[3.0]], [[5.0]]])
    expect_close("scores", learner.dot_product_scores(query, key), np.array([[[3.0]], [[10.0]]]))


@scaled_scores.check
def four_numbers_by_hand(learner, draw):
    """[1, 1, 1, 1] · [1, 2, 3, 4] is 10; with d_head = 4 the scaled score is 5, also in a batch."""
    query, key = np.ones((1, 4)), np.array([[1.0, 2.0, 3.0, 4.0]])
    expect_close("scaled scores", learner.scaled_scores(query, key), np.array([[5.0]]))
    batch = learner.scaled_scores(np.ones((2, 3, 4)), np.tile(key, (2, 1, 1)))
    expect_close("scaled scores of a batch", batch, np.full((2, 3, 1), 5.0))


@scaled_scores.check
def nine_numbers_by_hand(learner, draw):
    """With d_head = 9 every dot product is divided by 3."""
    query, key = np.full((2, 9), 1.0), np.array([[2.0] * 9, [-1.0] * 9, [0.0] * 9])
    expected = np.array([[6.0, -3.0, 0.0], [6.0, -3.0, 0.0]])
    expect_close("scaled scores", learner.scaled_scores(query, key), expected)


@score_variance.check
def without_scaling(learner, draw):
    """For d_head = 16 the variance of a plain score is 16."""
    expect_close("variance", learner.score_variance(16, False), 16.0)


@score_variance.check
def with_scaling(learner, draw):
    """For d_head = 16 the variance of a scaled score is 1."""
    expect_close("variance", learner.score_variance(16, True), 1.0)
