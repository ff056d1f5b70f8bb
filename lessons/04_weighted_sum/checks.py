"""Lesson 04: the exercises and their public checks."""

import numpy as np

from autograde.compare import expect, expect_close, expect_equal
from autograde.exercise import Exercise
from autograde.expose import expect_array, expect_fewest, expect_mask, expect_parts

weighted_sum = Exercise(
    "04.1",
    "cpu.attention.weighted_sum",
    title="The weighted sum of the values",
    minutes=5,
    hints=(
        "A query receives a little of every value, as much as its weights say. Adding up products over a "
        "shared axis is what a matrix product does.",
        "output[i] = Σ_j weights[i, j] value[j], which is the matrix product of weights and value.",
        "1. weights has the shape (..., q_len, kv_len) and value (..., kv_len, d_value): kv_len is what "
        "they share. 2. The operator @ sums over it and treats all earlier axes as a batch. 3. Return that.",
    ),
)


@weighted_sum.check
def a_mixture_by_hand(learner, draw):
    """Weights [0.25, 0.75] mix the values [4, 0] and [8, 2] into [7, 1.5]."""
    output = learner.weighted_sum(np.array([[0.25, 0.75]]), np.array([[4.0, 0.0], [8.0, 2.0]]))
    expect_close("output", output, np.array([[7.0, 1.5]]))


@weighted_sum.check
def each_query_its_own_mixture(learner, draw):
    """The weights [1, 0, 0] copy a value, [0.5, 0, 0.5] average two, [2, 0, 2] give four times as much."""
    weights = np.array([[1.0, 0.0, 0.0], [0.5, 0.0, 0.5], [2.0, 0.0, 2.0]])
    value = np.array([[1.0, 2.0, 3.0, 4.0], [9.0, 9.0, 9.0, 9.0], [3.0, 2.0, 1.0, 0.0]])
    expected = np.array([[1.0, 2.0, 3.0, 4.0], [2.0, 2.0, 2.0, 2.0], [8.0, 8.0, 8.0, 8.0]])
    expect_close("output", learner.weighted_sum(weights, value), expected)


masks = Exercise(
    "04.2",
    "cpu.attention.causal_mask",
    title="Two masks",
    minutes=12,
    level="medium",
    hints=(
        "Both masks compare positions. The causal mask compares the position of each key with that of each "
        "query, the padding mask compares the position of each key with the length of each sentence.",
        "causal_mask[i, j] = (j <= i + offset); padding_mask[b, 0, j] = (j < lengths[b]).",
        "1. np.arange gives the positions of the keys. 2. Give the positions of the queries the shape "
        "(q_len, 1) by [:, None] and add the offset. 3. Compare: NumPy broadcasts both to (q_len, kv_len). "
        "4. For padding give the lengths the shape (batch, 1, 1) in the same way.",
    ),
    also=("padding_mask",),
)


@masks.check
def three_tokens(learner, draw):
    """With three tokens the first may look at itself, the second at two, the third at all three."""
    expected = np.array([[True, False, False], [True, True, False], [True, True, True]])
    expect_close("mask", learner.causal_mask(3, 3), expected)


@masks.check
def two_new_queries(learner, draw):
    """Two queries behind a cache of two keys, offset=2: the first may see 3 of the 4 keys, the second all."""
    expected = np.array([[True, True, True, False], [True, True, True, True]])
    expect_close("mask", learner.causal_mask(2, 4, offset=2), expected)


@masks.check
def two_sentences(learner, draw):
    """Sentences of 3 and 1 tokens, filled up to 3: the second may look at its first token only."""
    expected = np.array([[[True, True, True]], [[True, False, False]]])
    expect_close("mask", learner.padding_mask(np.array([3, 1]), 3), expected)


@masks.check
def queries_before_the_keys(learner, draw):
    """With an offset of -2 the first two of three queries see nothing, the third sees one key."""
    expected = np.array([[False, False, False], [False, False, False], [True, False, False]])
    expect_close("mask", learner.causal_mask(3, 3, -2), expected)


attention = Exercise(
    "04.3",
    "cpu.attention.attention",
    title="Attention",
    minutes=20,
    level="medium",
    hints=(
        "You have all the parts: scaled_scores, softmax and weighted_sum. New is only the mask. A pair that "
        "is hidden must be out before softmax shares out the 1: make its score so low that exp gives 0.",
        "weights = softmax(where(mask, Q Kᵀ / √d_head, very low)); output = weights V. If a whole row is "
        "very low, softmax gives equal weights, or NaN if very low is -inf: such a row must become zeros.",
        "1. The scaled scores, by your own function. 2. If there is a mask: np.where keeps the visible "
        "scores and puts a very low finite number in the place of the others, such as -1e30. 3. Softmax. "
        "4. If there is a mask: set the weights to 0 wherever it is False. 5. Return the weighted sum of "
        "the values, and the weights.",
    ),
    builds_on=("02.2", "03.1", "04.1"),
)


@attention.check
def two_tokens_by_hand(learner, draw):
    """Scores [ln 3, 0] give the weights [0.75, 0.25], which mix the values [4, 0] and [0, 8] into [3, 2]."""
    output, weights = _both(
        learner.attention(
            np.array([[2.0 * np.log(3.0), 0.0, 0.0, 0.0]]), np.eye(2, 4), np.array([[4.0, 0.0], [0.0, 8.0]])
        )
    )
    expect_close("weights", weights, np.array([[0.75, 0.25]]))
    expect_close("output", output, np.array([[3.0, 2.0]]))


@attention.check
def hidden_keys_get_nothing(learner, draw):
    """Equal scores and a mask that hides the second of three keys: the weights are [0.5, 0, 0.5]."""
    value = np.array([[1.0, 1.0], [50.0, 50.0], [3.0, 5.0]])
    mask = np.array([[True, False, True]])
    output, weights = _both(learner.attention(np.zeros((1, 2)), np.zeros((3, 2)), value, mask=mask))
    expect_close("weights", weights, np.array([[0.5, 0.0, 0.5]]))
    expect_close("output", output, np.array([[2.0, 3.0]]))


@attention.check
def a_large_hidden_score(learner, draw):
    """Scores [1000, 1000, 2000], the third hidden: the weights are [0.5, 0.5, 0]."""
    key, value = np.array([[1000.0], [1000.0], [2000.0]]), np.array([[2.0], [4.0], [9.0]])
    mask = np.array([[True, True, False]])
    output, weights = _both(learner.attention(np.ones((1, 1)), key, value, mask=mask))
    expect_close("weights", weights, np.array([[0.5, 0.5, 0.0]]))
    expect_close("output", output, np.array([[3.0]]))


@attention.check
def nothing_to_attend_to(learner, draw):
    """A query that may attend to nothing gets weights of 0 and an output of 0, not NaN."""
    mask = np.array([[False, False, False], [True, False, False]])
    output, weights = _both(learner.attention(np.zeros((2, 4)), np.ones((3, 4)), np.ones((3, 2)), mask=mask))
    expect_close("weights", weights, np.array([[0.0, 0.0, 0.0], [1.0, 0.0, 0.0]]))
    expect_close("output", output, np.array([[0.0, 0.0], [1.0, 1.0]]))


def _both(result):
    """Return output and weights, or say that a pair was expected."""
    is_pair = isinstance(result, tuple | list) and len(result) == 2
    expect(is_pair, "attention: expected two arrays, output and weights. Return both: output, weights.")
    return result


most_attended = Exercise(
    "04.4",
    "cpu.attention.most_attended",
    title="Reading weights",
    minutes=5,
    hints=(
        "Row i holds what query i looks at. You need the place of the largest number in each row, and the "
        "word that stands at that place.",
        "most_attended[i] = tokens[argmax_j weights[i, j]].",
        "1. weights.argmax(axis=-1) gives one position for each query. 2. Look up tokens[position] for each. "
        "3. Return the strings in a list.",
    ),
)


@most_attended.check
def the_cat_sat(learner, draw):
    """The largest weights of the three rows belong to cat, cat and The."""
    weights = np.array([[0.3, 0.5, 0.2], [0.1, 0.8, 0.1], [0.6, 0.1, 0.3]])
    found = learner.most_attended(weights, ["The", "cat", "sat"])
    expect_equal("most attended", found, ["cat", "cat", "The"])


@most_attended.check
def two_queries_four_keys(learner, draw):
    """Two queries over four keys give a list of two words. Of equal weights the first counts."""
    weights = np.array([[0.1, 0.2, 0.3, 0.4], [0.4, 0.1, 0.1, 0.4]])
    found = learner.most_attended(weights, ["on", "the", "old", "mat"])
    expect_equal("most attended", found, ["mat", "on"])


expose_weights = Exercise(
    "04.6",
    "puzzles.expose_weights",
    title="Spot the bug: a mask",
    minutes=8,
    level="medium",
    hints=(
        "The suspect hides a key by the score -1000. That is low beside the scores of this lesson. Beside "
        "which scores is it not low?",
        "Visible score s, hidden score -1000: the hidden key gets 1 / (1 + exp(s + 1000)) of the weight. "
        "With s = 0 that is 0. Which s makes it 1/2?",
        "1. A row needs one key that is seen and one that is hidden: two keys, one query. 2. With d_head = 1 "
        "the score is query times key. 3. Choose both so that the score of the visible key is that low.",
    ),
)


def exposing_weights(learner):
    parts = expect_parts("query, key, mask", learner.expose_weights(), 3)
    query = expect_array("query", parts[0], "q_len d_head")
    key = expect_array("key", parts[1], "kv_len d_head")
    expect(
        query.shape[1] == key.shape[1], "key: expected as many columns as the query has, got another number."
    )
    return query, key, expect_mask("mask", parts[2], (len(query), len(key)))


@expose_weights.check
def a_hidden_key_gets_weight(learner, draw):
    """On your input the suspect must give a hidden key a hundredth of the weight, or more."""
    query, key, mask = exposing_weights(learner)
    weights = learner.suspect_weights(query, key, mask)
    expect(
        bool(weights[~mask].max(initial=0.0) >= 0.01), "mask: every hidden key gets less than a hundredth."
    )


@expose_weights.check
def with_three_numbers(learner, draw):
    """Three numbers are enough for query and key together."""
    query, key, _ = exposing_weights(learner)
    expect_fewest("numbers in query and key", query.size + key.size, 3)
