"""Hidden checks of lesson 04."""

import numpy as np
from reference.cpu import attention as reference
from reference.cpu.softmax import softmax

from autograde.compare import expect, expect_close, expect_equal, expect_precise, expect_unchanged
from autograde.exercise import HiddenChecks

weighted_sum_checks = HiddenChecks("04.1")


@weighted_sum_checks.check(points=1, gate=True)
def sums_over_the_keys(learner, draw):
    """Row i of the output must be the sum of all values, each times its weight in row i."""
    weights, value = softmax(draw.normal(5, 5)), draw.normal(5, 3)
    expect_close("output", learner.weighted_sum(weights, value), reference.weighted_sum(weights, value))
    q_len, kv_len, d_value = draw.sizes(3)
    weights, value = softmax(draw.normal(q_len, kv_len)), draw.normal(kv_len, d_value)
    expect_close("output", learner.weighted_sum(weights, value), reference.weighted_sum(weights, value))


@weighted_sum_checks.check(points=2)
def batches_and_heads(learner, draw):
    """Leading axes, such as batch and heads, must be handled each on its own."""
    batch, n_heads, q_len, kv_len, d_value = draw.sizes(5)
    for leading in ((batch,), (batch, n_heads), (1, 1)):
        weights = softmax(draw.normal(*leading, q_len, kv_len))
        value = draw.normal(*leading, kv_len, d_value)
        expect_close("output", learner.weighted_sum(weights, value), reference.weighted_sum(weights, value))


@weighted_sum_checks.check(points=1)
def weights_as_they_are(learner, draw):
    """Weights that do not sum to 1 must be used as they are, and a row of zeros must give zeros."""
    weights, value = draw.uniform(0.0, 2.0, 4, 6), draw.normal(6, 3)
    weights[2] = 0.0
    expect_close("output", learner.weighted_sum(weights, value), reference.weighted_sum(weights, value))


@weighted_sum_checks.check(points=1, precision=True)
def nine_digits(learner, draw):
    """Numbers in float64 must be right to nine digits: nothing may be computed in float32, nothing added."""
    weights, value = softmax(draw.normal(5, 6)), draw.normal(6, 4)
    expect_precise("output", learner.weighted_sum(weights, value), reference.weighted_sum(weights, value))


@weighted_sum_checks.check(points=1)
def nothing_to_sum(learner, draw):
    """Without any key the output must hold zeros, in the shape (q_len, d_value)."""
    q_len, d_value = draw.sizes(2)
    output = learner.weighted_sum(np.zeros((q_len, 0)), np.zeros((0, d_value)))
    expect_close("output", output, np.zeros((q_len, d_value)))


@weighted_sum_checks.stand_in
def weighted_sum(weights, value):
    import numpy as np

    return np.einsum("...qk,...kd->...qd", weights, value)


mask_checks = HiddenChecks("04.2")


@mask_checks.check(points=2, gate=True)
def hides_the_future(learner, draw):
    """Without an offset query i may attend to the keys 0 to i, also where there are more keys or fewer."""
    small, large = sorted(draw.sizes(2, low=3))
    for q_len, kv_len in ((5, 5), (small, large), (large, small)):
        mask = learner.causal_mask(q_len, kv_len)
        expect_close("causal mask", mask, reference.causal_mask(q_len, kv_len))


@mask_checks.check(points=2)
def queries_behind_a_cache(learner, draw):
    """With an offset the queries stand further to the right, so each may see that many keys more."""
    for q_len, kv_len, offset in ((4, 4, 1), (2, 7, draw.integer(2, 5)), (1, 6, draw.integer(1, 4))):
        mask = learner.causal_mask(q_len, kv_len, offset=offset)
        expect_close("causal mask", mask, reference.causal_mask(q_len, kv_len, offset))


@mask_checks.check(points=1)
def queries_before_the_keys(learner, draw):
    """With a negative offset the first queries may attend to nothing."""
    for q_len, kv_len, offset in ((6, 4, -2), (5, 6, -draw.integer(3, 4))):
        mask = learner.causal_mask(q_len, kv_len, offset)
        expect_close("causal mask", mask, reference.causal_mask(q_len, kv_len, offset))


@mask_checks.check(points=2)
def hides_the_padding(learner, draw):
    """Of each sentence its first keys may be attended to, as many as its length says."""
    kv_len = draw.integer(5, 9)
    lengths = np.array([kv_len, 1, draw.integer(2, kv_len - 1), 0])
    mask = learner.padding_mask(lengths, kv_len)
    expect_close("padding mask", mask, reference.padding_mask(lengths, kv_len))


attention_checks = HiddenChecks("04.3")


def _expect_attention(result, query, key, value, mask=None, expect_same=expect_close):
    is_pair = isinstance(result, tuple | list) and len(result) == 2
    expect(is_pair, "attention: expected two arrays, output and weights. Return both: output, weights.")
    output, weights = reference.attention(query, key, value, mask)
    expect_same("weights", result[1], weights)
    expect_same("output", result[0], output)


def _inputs(draw, leading=()):
    """Return query, key, value and the shape of their weights, all axes different."""
    q_len, kv_len, d_head, d_value = draw.sizes(4, low=3)
    query, key = draw.normal(*leading, q_len, d_head), draw.normal(*leading, kv_len, d_head)
    return query, key, draw.normal(*leading, kv_len, d_value), (q_len, kv_len)


@attention_checks.check(points=2, gate=True)
def agrees_with_the_formula(learner, draw):
    """Output and weights must follow softmax(Q Kᵀ / √d_head) V."""
    query, key, value = draw.normal(5, 5), draw.normal(5, 5), draw.normal(5, 5)
    _expect_attention(learner.attention(query, key, value), query, key, value)
    query, key, value, _ = _inputs(draw)
    _expect_attention(learner.attention(query, key, value), query, key, value)


@attention_checks.check(points=2)
def a_mask_for_each_pair(learner, draw):
    """Pairs that the mask hides must get weight 0, and the other weights of the row must sum to 1."""
    query, key, value, shape = _inputs(draw)
    mask = draw.mask(*shape)
    _expect_attention(learner.attention(query, key, value, mask=mask), query, key, value, mask)


@attention_checks.check(points=2)
def batches_heads_and_their_masks(learner, draw):
    """Batches and heads must be handled each on its own, with masks that broadcast to their weights."""
    batch, n_heads = draw.sizes(2, high=4)
    query, key, value, _ = _inputs(draw, (batch,))
    _expect_attention(learner.attention(query, key, value), query, key, value)
    padding = draw.mask(batch, 1, key.shape[-2])
    _expect_attention(learner.attention(query, key, value, mask=padding), query, key, value, padding)
    query, key, value, shape = _inputs(draw, (batch, n_heads))
    for mask in (draw.mask(*shape), draw.mask(batch, 1, *shape), draw.mask(shape[1])):
        _expect_attention(learner.attention(query, key, value, mask=mask), query, key, value, mask)


@attention_checks.check(points=2)
def nothing_to_attend_to(learner, draw):
    """A query that may attend to nothing must get zeros, in the weights and in the output."""
    query, key, value, shape = _inputs(draw)
    mask = draw.mask(*shape)
    mask[draw.integer(0, shape[0] - 1)] = False
    _expect_attention(learner.attention(query, key, value, mask=mask), query, key, value, mask)


@attention_checks.check(points=1)
def large_scores(learner, draw):
    """A hidden score must have no influence, however large it is, and no score may overflow."""
    for sign in (1, -1):
        query, key, value, shape = _inputs(draw)
        query[:, 0], key[:, 0] = 3000.0, sign * (1.0 + draw.permutation(shape[1]))
        mask = np.ones(shape, bool)
        mask[:, key[:, 0].argmax()] = False
        _expect_attention(learner.attention(query, key, value, mask=mask), query, key, value, mask)


@attention_checks.check(points=1, precision=True)
def nine_digits_of_both(learner, draw):
    """Numbers in float64 must be right to nine digits: nothing may be computed in float32, nothing added."""
    query, key, value, shape = _inputs(draw)
    mask = draw.mask(*shape)
    found = learner.attention(query, key, value, mask=mask)
    _expect_attention(found, query, key, value, mask, expect_precise)


@attention_checks.check(points=1)
def leaves_its_arguments_alone(learner, draw):
    """Query, key, value and mask must be the same after the call."""
    query, key, value, shape = _inputs(draw)
    given = {"query": query, "key": key, "value": value, "mask": draw.mask(*shape)}
    copies = {name: array.copy() for name, array in given.items()}
    _, _, after = learner.attention.with_arguments(**copies)
    for name, array in given.items():
        expect_unchanged(name, after[name], array)


@attention_checks.stand_in
def attention(query, key, value, mask=None):
    import numpy as np

    scores = np.einsum("...qd,...kd->...qk", query, key) * query.shape[-1] ** -0.5
    allowed = np.ones(scores.shape, bool) if mask is None else np.broadcast_to(mask, scores.shape)
    highest = np.max(scores, axis=-1, keepdims=True, where=allowed, initial=-1e300)
    strengths = np.exp(np.minimum(scores - highest, 0.0)) * allowed
    totals = strengths.sum(axis=-1, keepdims=True)
    weights = strengths / np.where(totals > 0, totals, 1.0)
    return np.einsum("...qk,...kd->...qd", weights, value), weights


most_attended_checks = HiddenChecks("04.4")

WORDS = ("a", "cat", "sat", "on", "the", "old", "mat", "and", "slept")


@most_attended_checks.check(points=3, gate=True)
def names_the_largest_weight(learner, draw):
    """For each query, the token with the largest weight in its row must be named."""
    for q_len, kv_len in ((6, 6), draw.sizes(2, low=4)):
        scores, tokens = draw.normal(q_len, kv_len, scale=2.0), _words(draw, kv_len)
        scores[2, 2] += 12.0  # a query that looks at itself
        weights = softmax(scores)
        expected = reference.most_attended(weights, tokens)
        expect_equal("most attended", learner.most_attended(weights, tokens), expected)


@most_attended_checks.check(points=2)
def the_first_of_equals(learner, draw):
    """Where several tokens have the same largest weight, the first of them must be named."""
    weights, tokens = np.full((4, 7), 0.05), _words(draw, 7)
    for row in range(4):
        weights[row, draw.permutation(7)[:3]] = 0.25
    expected = reference.most_attended(weights, tokens)
    expect_equal("most attended", learner.most_attended(weights, tokens), expected)


def _words(draw, count):
    return [WORDS[position] for position in draw.permutation(len(WORDS))[:count]]
