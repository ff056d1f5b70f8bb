"""Lesson 05: the exercises and their public checks."""

import numpy as np

from autograde.compare import expect, expect_close, expect_equal
from autograde.exercise import Exercise
from autograde.expose import expect_array, expect_fewest, expect_parts, expect_whole

split_heads = Exercise(
    "05.1",
    "cpu.multi_head.split_heads",
    title="Split into heads",
    minutes=10,
    level="medium",
    hints=(
        "Each token has d_model numbers in a row. With three heads the first third of them belongs to "
        "head 0, the second third to head 1, the last to head 2. Nothing is computed; the numbers only "
        "get another address.",
        "result[..., h, i, c] = x[..., i, h * d_head + c], with d_head = d_model / n_heads.",
        "1. Reshape the last axis into two, (n_heads, d_head); all other axes stay. 2. The shape is now "
        "(..., seq_len, n_heads, d_head). 3. Swap the axes -3 and -2. Reshaping straight to the final "
        "shape gives the right shape with the numbers in the wrong places.",
    ),
)


@split_heads.check
def two_heads_by_hand(learner, draw):
    """Tokens [1, 2, 3, 4] and [5, 6, 7, 8], two heads: head 0 has [1, 2], [5, 6]; head 1 [3, 4], [7, 8]."""
    x = np.array([[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]])
    expected = np.array([[[1.0, 2.0], [5.0, 6.0]], [[3.0, 4.0], [7.0, 8.0]]])
    expect_close("heads", learner.split_heads(x, 2), expected)


@split_heads.check
def three_heads_by_hand(learner, draw):
    """Two tokens of six numbers, 0 to 5 and 10 to 15, three heads: each head has two columns."""
    x = np.array([np.arange(6.0), np.arange(10.0, 16.0)])
    expected = np.array([[[0.0, 1.0], [10.0, 11.0]], [[2.0, 3.0], [12.0, 13.0]], [[4.0, 5.0], [14.0, 15.0]]])
    expect_close("heads", learner.split_heads(x, 3), expected)


@split_heads.check
def a_batch_of_two(learner, draw):
    """A batch (2, 1, 4) and two heads give (2, 2, 1, 2): the batch axis stays in front."""
    x = np.arange(8.0).reshape(2, 1, 4)
    expected = np.array([[[[0.0, 1.0]], [[2.0, 3.0]]], [[[4.0, 5.0]], [[6.0, 7.0]]]])
    expect_close("heads", learner.split_heads(x, 2), expected)


merge_heads = Exercise(
    "05.2",
    "cpu.multi_head.merge_heads",
    title="Merge the heads",
    minutes=8,
    level="medium",
    hints=(
        "The same two steps as in split_heads, backwards. Each token collects its numbers from all heads "
        "and puts them side by side.",
        "result[..., i, h * d_head + c] = x[..., h, i, c].",
        "1. Swap the axes -3 and -2, so that the shape is (..., seq_len, n_heads, d_head). 2. Reshape the "
        "last two axes into one of n_heads * d_head. Merging what split_heads returned gives x back.",
    ),
)


@merge_heads.check
def two_heads_merged_by_hand(learner, draw):
    """Head 0 has [1, 2], [5, 6]; head 1 has [3, 4], [7, 8]: the tokens are [1, 2, 3, 4], [5, 6, 7, 8]."""
    x = np.array([[[1.0, 2.0], [5.0, 6.0]], [[3.0, 4.0], [7.0, 8.0]]])
    expected = np.array([[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]])
    expect_close("merged", learner.merge_heads(x), expected)


@merge_heads.check
def three_tokens_two_heads(learner, draw):
    """Two heads, three tokens, one column each: [1, 2, 3] and [4, 5, 6] become [1, 4], [2, 5], [3, 6]."""
    x = np.array([[[1.0], [2.0], [3.0]], [[4.0], [5.0], [6.0]]])
    expect_close("merged", learner.merge_heads(x), np.array([[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]]))


@merge_heads.check
def a_batch_merged(learner, draw):
    """A batch (2, 2, 1, 2) gives (2, 1, 4)."""
    x = np.arange(8.0).reshape(2, 2, 1, 2)
    expect_close("merged", learner.merge_heads(x), np.arange(8.0).reshape(2, 1, 4))


multi_head_attention = Exercise(
    "05.3",
    "cpu.multi_head.multi_head_attention",
    title="Multi-head attention",
    minutes=20,
    level="hard",
    hints=(
        "The head axis is one more leading axis, and your attention from lesson 04 treats leading axes one "
        "by one. So all heads attend in a single call, without a loop.",
        "head_h = softmax(Q_h K_hᵀ / √d_head) V_h; output = Concat(head_0, head_1, ...) W_O. "
        "Q comes from x; K and V come from the context, which is x itself in self-attention.",
        "1. source = x, or context where one is given. 2. Project x with w_query, source with w_key and with "
        "w_value. 3. Split each of the three. 4. Call attention with the mask; take its first result. "
        "5. Merge the heads. 6. Project with w_out and return that.",
    ),
    builds_on=("01.1", "04.3", "05.1", "05.2"),
)

EYE = np.eye(2)


@multi_head_attention.check
def one_token_sees_itself(learner, draw):
    """One token [1, 2] sees only itself: doubled by w_value, halves swapped by w_out, it becomes [4, 2]."""
    swap = np.array([[0.0, 1.0], [1.0, 0.0]])
    output = learner.multi_head_attention(np.array([[1.0, 2.0]]), EYE, EYE, 2 * EYE, swap, 2)
    expect_close("output", output, np.array([[4.0, 2.0]]))


@multi_head_attention.check
def two_heads_choose_differently(learner, draw):
    """Head 0 sees a score of ln 3 for the other token, head 1 sees equal scores: [6, 30]."""
    x = np.array([[np.log(3.0), 0.0], [1.0, 1.0]])
    w_query, w_key = np.array([[1.0, 0.0], [0.0, 0.0]]), np.array([[0.0, 0.0], [1.0, 0.0]])
    w_value = np.array([[0.0, 0.0], [8.0, 60.0]])
    output = learner.multi_head_attention(x, w_query, w_key, w_value, EYE, 2)
    expect_close("output of token 0", output[0], np.array([6.0, 30.0]))


@multi_head_attention.check
def queries_from_x_values_from_context(learner, draw):
    """With a context of two tokens, [2, 0] and [4, 8], and a query of zeros: the mean, [3, 4]."""
    x, context = np.zeros((1, 2)), np.array([[2.0, 0.0], [4.0, 8.0]])
    output = learner.multi_head_attention(x, EYE, EYE, EYE, EYE, 2, context=context)
    expect_close("output", output, np.array([[3.0, 4.0]]))


@multi_head_attention.check
def one_head_of_four_columns(learner, draw):
    """Scores [2 ln 3, 0], divided by √4: weights [0.75, 0.25]; w_out turns them into [0, 3, 2, 0]."""
    x, context, eye = np.array([[2.0 * np.log(3.0), 0.0, 0.0, 0.0]]), np.eye(2, 4), np.eye(4)
    w_out = np.zeros((4, 4))
    w_out[0, 1], w_out[1, 2] = 4.0, 8.0
    output = learner.multi_head_attention(x, eye, eye, eye, w_out, 1, context=context)
    expect_close("output", output, np.array([[0.0, 3.0, 2.0, 0.0]]))


@multi_head_attention.check
def the_mask_counts_in_every_head(learner, draw):
    """Two tokens that may look only at each other swap places: [1, 2] becomes [3, 4]."""
    x, mask = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[False, True], [True, False]])
    output = learner.multi_head_attention(x, EYE, EYE, EYE, EYE, 2, mask=mask)
    expect_close("output", output, np.array([[3.0, 4.0], [1.0, 2.0]]))


@multi_head_attention.check
def a_mask_for_each_head(learner, draw):
    """Head 0 may see only the token [1, 2], head 1 only [3, 4]: both tokens become [1, 4]."""
    x, first = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[True, False], [True, False]])
    output = learner.multi_head_attention(x, EYE, EYE, EYE, EYE, 2, mask=np.stack([first, ~first]))
    expect_close("output", output, np.array([[1.0, 4.0], [1.0, 4.0]]))


parameter_count = Exercise(
    "05.4",
    "complexity.parameter_count",
    title="What more heads cost",
    minutes=4,
    hints=(
        "Look at the arguments of multi_head_attention: four weight matrices. Which of their sizes depends "
        "on the number of heads?",
        "One head projects to d_head columns: a (d_model, d_head) matrix. All heads together: "
        "n_heads * d_head = d_model columns.",
        "1. Count the entries of w_query. 2. w_key, w_value and w_out have the same shape. "
        "3. Return the sum of the four, a whole number.",
    ),
)


@parameter_count.check
def a_model_of_two_numbers(learner, draw):
    """d_model = 2, one head: four matrices of 4 entries, 16 parameters."""
    expect_equal("parameters", learner.parameter_count(2, 1), 16)


@parameter_count.check
def twelve_heads(learner, draw):
    """d_model = 384 with 12 heads, as in the small model of this course: 589,824 parameters."""
    expect_equal("parameters", learner.parameter_count(384, 12), 589_824)


expose_split_heads = Exercise(
    "05.5",
    "puzzles.expose_split_heads",
    title="Spot the bug: a split",
    minutes=6,
    level="medium",
    hints=(
        "The suspect gives every head the right number of columns, of every token. Are they the right ones?",
        "Head h should own the columns h * d_head to (h + 1) * d_head - 1. In the suspect it owns h, "
        "h + n_heads, h + 2 * n_heads. For which n_heads and which d_head is that the same?",
        "1. With one head, or with d_head = 1, both give the same. What is the smallest d_model beyond that? "
        "2. Does the suspect mix tokens? 3. Use numbers that are all different.",
    ),
)


def exposing_split(learner):
    x, n_heads = expect_parts("x, n_heads", learner.expose_split_heads(), 2)
    x, n_heads = expect_array("x", x, "seq_len d_model"), expect_whole("n_heads", n_heads)
    expect(x.shape[1] % n_heads == 0, "x: expected d_model to be a multiple of n_heads, got another d_model.")
    return x, n_heads


@expose_split_heads.check
def head_zero_holds_other_columns(learner, draw):
    """On your input a head of the suspect must hold other numbers than its own d_head columns of x."""
    x, n_heads = exposing_split(learner)
    heads = learner.suspect_split_heads(x, n_heads)
    own = np.array(np.split(x, n_heads, axis=1))
    far = np.abs(heads - own).max() > 0.01 * np.abs(x).max()
    expect(bool(far), "x: every head of the suspect holds its own columns.")


@expose_split_heads.check
def with_four_numbers(learner, draw):
    """Four numbers are enough."""
    expect_fewest("numbers in x", exposing_split(learner)[0].size, 4)
