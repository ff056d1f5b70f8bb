"""Lesson 08: the exercises and their public checks."""

import numpy as np

from autograde.compare import expect, expect_close
from autograde.exercise import Exercise
from autograde.expose import expect_array, expect_exposed, expect_fewest, expect_parts

local_mask = Exercise(
    "08.1",
    "cpu.efficient.local_mask",
    title="Two sparse masks",
    minutes=8,
    hints=(
        "Number the positions. The distance of every pair is one subtraction with broadcasting.",
        "local: |i - j| <= window. dilated: the same, and (i - j) mod dilation = 0.",
        "1. np.arange numbers the positions. 2. A column of them minus a row of them is the table of i - "
        "j. 3. Compare its absolute value with the window. 4. For dilated_mask: the local mask & the "
        "places where the table's remainder is 0.",
    ),
    also=("dilated_mask",),
)


@local_mask.check
def four_positions(learner, draw):
    """Four positions and a window of 1: each sees itself and its neighbours."""
    mask = np.array([[1, 1, 0, 0], [1, 1, 1, 0], [0, 1, 1, 1], [0, 0, 1, 1]], dtype=bool)
    expect_close("mask", learner.local_mask(4, 1), mask)


@local_mask.check
def every_second_position(learner, draw):
    """Five positions, a window of 3 and a dilation of 2: the distances 0 and 2 are left."""
    mask = np.array(
        [[1, 0, 1, 0, 0], [0, 1, 0, 1, 0], [1, 0, 1, 0, 1], [0, 1, 0, 1, 0], [0, 0, 1, 0, 1]], dtype=bool
    )
    expect_close("mask", learner.dilated_mask(5, 3, 2), mask)


sliding_window_attention = Exercise(
    "08.2",
    "cpu.efficient.sliding_window_attention",
    title="A window without a matrix",
    minutes=25,
    level="hard",
    hints=(
        "Do not compute what the mask would throw away. For each position collect the keys that it may see,"
        " a table of positions, and score only those.",
        "neighbours[i, s] = i + step[s], where the steps are the multiples of the dilation between -window "
        "and window. score[i, s] = q_i · k_neighbours[i, s] / √d_head. A neighbour outside the sequence "
        "gets -inf.",
        "1. How many multiples of the dilation fit into the window, or into the sequence if that is "
        "shorter? The steps go from minus that many to plus that many. 2. A column of positions plus the "
        "row of steps is the table of neighbours. 3. Note which of them lie inside, then clip them. 4. "
        "Indexing the second axis from the end with this table gives (..., seq_len, n_steps, d_head); "
        "einsum '...id,...ijd->...ij' makes the scores. 5. -inf where not inside, softmax, and einsum "
        "'...ij,...ijd->...id' with the values, gathered alike.",
    ),
    builds_on=("03.1",),
)


@sliding_window_attention.check
def means_of_neighbours(learner, draw):
    """With equal keys and a window of 1 each output is the mean of its neighbours: of 0, 3, 6, 9 these are
    1.5, 3, 6, 7.5."""
    same, value = np.zeros((4, 2)), np.array([[0.0], [3.0], [6.0], [9.0]])
    output = learner.sliding_window_attention(same, same, value, 1)
    expect_close("output", output, np.array([[1.5], [3.0], [6.0], [7.5]]))


@sliding_window_attention.check
def means_over_a_gap(learner, draw):
    """With equal keys, a window of 2 and a dilation of 2, the values 0, 3, 6, 9, 12 become 3, 6, 6, 6, 9."""
    same, value = np.zeros((5, 2)), np.array([[0.0], [3.0], [6.0], [9.0], [12.0]])
    output = learner.sliding_window_attention(same, same, value, 2, dilation=2)
    expect_close("output", output, np.array([[3.0], [6.0], [6.0], [6.0], [9.0]]))


@sliding_window_attention.check
def scores_of_neighbours(learner, draw):
    """The scores are 0, ln 2, 0 for every query, so the second of the values 3, 9, 6 counts twice: with a
    window of 1 the outputs are 7, 6.75, 8."""
    query, key = np.zeros((3, 4)), np.zeros((3, 4))
    query[:, 0], key[1, 0] = 2.0, np.log(2.0)  # 2 = √d_head takes the scale away
    output = learner.sliding_window_attention(query, key, np.array([[3.0], [9.0], [6.0]]), 1)
    expect_close("output", output, np.array([[7.0], [6.75], [8.0]]))


@sliding_window_attention.check
def twenty_thousand_positions(learner, draw):
    """20,000 positions and a window of 1: the matrix would take 3.2 GB, the answer is there at once."""
    zeros, ones = np.zeros((20_000, 1)), np.ones((20_000, 1))
    output = learner.sliding_window_attention.limited(zeros, zeros, ones, 1, timeout_s=10.0)
    expect_close("output", output, ones)


online_softmax = Exercise(
    "08.3",
    "cpu.efficient.online_softmax",
    title="A softmax in one pass",
    minutes=15,
    level="medium",
    hints=(
        "Keep two numbers a row: the largest score so far, and the sum of exp(score - largest) so far. When"
        " the largest moves, the old sum was counted from the wrong place: one factor puts it right.",
        "m' = max(m, max of the block);  l' = l · exp(m - m') + Σ exp(s - m').  Start with m = -inf and l ="
        " 0.",
        "1. For each block: new = np.maximum(maximum, block.max(axis=-1)). 2. shift = np.where(new == -inf,"
        " 0, new), because -inf minus -inf is NaN. 3. total = total * np.exp(maximum - shift) + "
        "np.exp(block - shift[..., None]).sum(axis=-1). 4. maximum = new. 5. Return both.",
    ),
)


@online_softmax.check
def two_blocks_by_hand(learner, draw):
    """A row of 0, ln 2 and then ln 4 has the maximum ln 4 and the total 1/4 + 2/4 + 1 = 1.75; a row of
    -ln 2, -ln 4 and then -ln 8 has the maximum -ln 2 and the total 1 + 1/2 + 1/4, which is the same."""
    blocks = [np.log([[1.0, 2.0], [0.5, 0.25]]), np.log([[4.0], [0.125]])]
    maximum, total = learner.online_softmax(blocks)
    expect_close("maximum", maximum, np.log([4.0, 0.5]))
    expect_close("total", total, np.array([1.75, 1.75]))


@online_softmax.check
def a_block_of_nothing(learner, draw):
    """A first block of -inf only, then [0, 0]: the maximum is 0 and the total 2."""
    maximum, total = learner.online_softmax([np.full((1, 3), -np.inf), np.zeros((1, 2))])
    expect_close("maximum", maximum, np.array([0.0]))
    expect_close("total", total, np.array([2.0]))


chunked_attention = Exercise(
    "08.4",
    "cpu.efficient.chunked_attention",
    title="Attention in blocks",
    minutes=25,
    level="hard",
    hints=(
        "It is the online softmax with a third quantity: the weighted sum of the values so far. It was "
        "weighted with exponentials that were counted from the old maximum, so it needs the same factor as "
        "the total.",
        "Three quantities, one factor: c = exp(old maximum - new maximum) multiplies the total and the "
        "output, before the block adds its own part to each. The block's exponentials count from the new "
        "maximum. Only at the end is the output divided by the total.",
        "1. Score the block with your function from 02.2. 2. If is_causal: column j of the block is key "
        "start + j; where that is after the row, np.where puts -inf. 3. The new maximum of each row, over "
        "the last axis. 4. The factor, and the block's exponentials; a number for each row needs [..., "
        "None] beside a table. 5. Total, output, maximum. 6. After the loop: lse is the maximum plus the "
        "logarithm of the total.",
    ),
    builds_on=("02.2",),
)


@chunked_attention.check
def three_keys_in_two_blocks(learner, draw):
    """Scores 0, ln 2, ln 5 and values 8, 8, 16: the output is 13 and lse is ln 8, whatever the block size.
    A second query with scores that are 2000 lower has the same output, and an lse that is 2000 lower."""
    query, key = np.zeros((2, 4)), np.zeros((3, 4))
    query[:, 0], key[:, 0] = 2.0, np.log([1.0, 2.0, 5.0])  # 2 = √d_head takes the scale away
    query[1, 1], key[:, 1] = -4000.0, 1.0
    value = np.array([[8.0], [8.0], [16.0]])
    for block_size in (1, 2, 3):
        output, lse = learner.chunked_attention(query, key, value, block_size)
        expect_close("output", output, np.array([[13.0], [13.0]]))
        expect_close("lse of the first", lse[:1], np.log([8.0]))
        expect_close("lse of the second", lse[1:], np.log([8.0]) - 2000)


@chunked_attention.check
def the_mean_so_far(learner, draw):
    """With is_causal and equal keys, of the values 6, 2, 1 come the means so far: 6, 4, 3. Two queries get
    the first two of them."""
    same, value = np.zeros((3, 1)), np.array([[6.0], [2.0], [1.0]])
    for q_len in (3, 2):
        output, lse = learner.chunked_attention(same[:q_len], same, value, 2, is_causal=True)
        expect_close("output", output, np.array([[6.0], [4.0], [3.0]])[:q_len])
        expect_close("lse", lse, np.log([1.0, 2.0, 3.0])[:q_len])


linear_attention = Exercise(
    "08.5",
    "cpu.efficient.linear_attention",
    title="Attention that is a recurrence",
    minutes=25,
    level="hard",
    hints=(
        "Without the exponential, φ(q_i) can be taken out of both sums. What is left inside depends on the "
        "keys and values only, and is the same for every query.",
        "S = Σ_j φ(k_j) v_jᵀ, z = Σ_j φ(k_j), output_i = φ(q_i) S / (φ(q_i) · z). Causal: S and z are "
        "running sums up to i. A step adds one term to each.",
        "1. Not causal: S is the keys' transpose times the values, z the keys summed over the sequence; "
        "every query reads both. 2. Causal: the same two as running sums, np.cumsum along the sequence. "
        "For S the terms are the outer products of each key with its value, which need one axis more; "
        "einsum '...id,...ide->...ie' reads them. 3. Step: the sums of this token alone; if there is a "
        "state, add its two parts.",
    ),
    also=("linear_attention_step",),
)


@linear_attention.check
def a_mean_by_hand(learner, draw):
    """φ(1) = 2 and φ(0) = 1: the keys 1 and 0 weigh the values 3 and 9 by 2 : 1, which gives 5."""
    query, key, value = np.array([[0.0], [4.0]]), np.array([[1.0], [0.0]]), np.array([[3.0], [9.0]])
    expect_close("output", learner.linear_attention(query, key, value), np.array([[5.0], [5.0]]))


@linear_attention.check
def four_features_by_hand(learner, draw):
    """φ of the query (3, 0, 0, 0) is (4, 1, 1, 1). The keys (1, 0, 0, 0) and (-ln 2, 0, 0, 0) weigh the
    values 0 and 16 by 8 + 3 = 11 and 2 + 3 = 5, which gives 5."""
    query, key = np.zeros((2, 4)), np.zeros((2, 4))
    query[:, 0], key[:, 0] = 3.0, (1.0, -np.log(2.0))
    output = learner.linear_attention(query, key, np.array([[0.0], [16.0]]))
    expect_close("output", output, np.array([[5.0], [5.0]]))


@linear_attention.check
def the_first_token_sees_itself(learner, draw):
    """With is_causal the first output is the first value, 3, and the second is 5 as before."""
    query, key, value = np.array([[0.0], [4.0]]), np.array([[1.0], [0.0]]), np.array([[3.0], [9.0]])
    output = learner.linear_attention(query, key, value, is_causal=True)
    expect_close("output", output, np.array([[3.0], [5.0]]))


@linear_attention.check
def two_steps(learner, draw):
    """Two steps give the same two rows, 3 and then 5."""
    one, zero = np.array([1.0]), np.array([0.0])
    output, state = learner.linear_attention_step(None, zero, one, np.array([3.0]))
    expect_close("output", output, np.array([3.0]))
    output, _ = learner.linear_attention_step(state, np.array([4.0]), zero, np.array([9.0]))
    expect_close("output", output, np.array([5.0]))


expose_chunked_attention = Exercise(
    "08.8",
    "puzzles.expose_chunked_attention",
    title="Spot the bug: a running sum",
    minutes=8,
    level="medium",
    hints=(
        "Three things are carried along: the maximum, the total, the output. Which of them does not follow "
        "when the maximum moves?",
        "The suspect is right where the maximum never moves after the first key. So the first key must not "
        "have the largest score.",
        "1. Two keys and one query, one number each. 2. Let the second score be the larger one. 3. Give the "
        "first value a number that is not 0, so that its wrong share shows.",
    ),
)


def exposing_arrays(learner):
    parts = expect_parts("query, key, value", learner.expose_chunked_attention(), 3)
    query = expect_array("query", parts[0], "q_len d_head")
    key = expect_array("key", parts[1], "kv_len d_head")
    value = expect_array("value", parts[2], "kv_len d_value")
    fits = query.shape[1] == key.shape[1] and len(key) == len(value)
    expect(fits, "query, key, value: expected shapes that fit each other, got others.")
    return query, key, value


@expose_chunked_attention.check
def the_order_of_the_keys_matters(learner, draw):
    """With the best key first for every query, where it is right, the suspect must answer otherwise."""
    query, key, value = exposing_arrays(learner)
    right = []
    for row in query:
        order = np.argsort(-(key @ row))
        right.append(learner.suspect_chunked_attention(row[None], key[order], value[order])[0])
    wrong = learner.suspect_chunked_attention(query, key, value)
    expect_exposed("query, key, value", right=np.array(right), wrong=wrong)


@expose_chunked_attention.check
def with_five_numbers(learner, draw):
    """Five numbers are enough for query, key and value together."""
    expect_fewest("numbers", sum(each.size for each in exposing_arrays(learner)), 5)
