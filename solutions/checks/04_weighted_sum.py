"""Hidden checks of lesson 04."""

from itertools import product
from typing import Any

import numpy as np
from reference import puzzles
from reference.cpu import attention as reference
from reference.cpu.softmax import softmax

from autograde.compare import expect, expect_close, expect_equal, expect_precise, expect_unchanged
from autograde.exercise import HiddenChecks, answers
from autograde.expose import expect_array, expect_exposed, expect_fewest, expect_mask, expect_parts

weighted_sum_checks = HiddenChecks("04.1")

SUM = "... q_len kv_len", "... kv_len d_value"


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
    """Leading axes, such as batch and heads, must be handled each on its own, of any size, in float32 too."""
    for given, output in learner.weighted_sum.each((*draw.batches(*SUM), *draw.extents(*SUM))):
        expect_close("output", output, reference.weighted_sum(*given))


@weighted_sum_checks.check(points=1)
def weights_as_they_are(learner, draw):
    """Weights of any size must be used as they are, and be the same after the call, like the values."""
    weights, value = draw.uniform(0.0, 2.0, 4, 6), draw.normal(6, 3)
    weights[2] = 0.0
    weights[0, 0] = 0.0
    ask = learner.weighted_sum.later.with_arguments
    questions = [ask(weights, value), ask(np.tile(weights, (2, 1, 1)), np.tile(value, (2, 1, 1)))]
    one = draw.arrays(*SUM)
    questions += [ask(*given, between=one) for given in (*draw.magnitudes(*SUM), *draw.again(*one))]
    for asked, (output, after, _) in answers(learner, questions):
        expect_close("output", output, reference.weighted_sum(*asked.args))
        for name, argument, array in zip(("weights", "value"), after, asked.args, strict=True):
            expect_unchanged(name, argument, array)


@weighted_sum_checks.check(points=1, precision=True)
def nine_digits(learner, draw):
    """Numbers in float64 must be right to nine digits: nothing may be computed in float32, nothing added."""
    weights, value = softmax(draw.normal(5, 6)), draw.normal(6, 4)
    expect_precise("output", learner.weighted_sum(weights, value), reference.weighted_sum(weights, value))


@weighted_sum_checks.check(points=1)
def nothing_to_sum(learner, draw):
    """Without any key the output must hold zeros, in the shape (..., q_len, d_value)."""
    q_len, d_value = draw.sizes(2)
    shapes = product(((), draw.sizes(2, high=4)), (q_len, 1))
    cases = [(np.zeros((*leading, rows, 0)), np.zeros((*leading, 0, d_value))) for leading, rows in shapes]
    for (weights, _), output in learner.weighted_sum.each(cases):
        expect_close("output", output, np.zeros((*weights.shape[:-1], d_value)))


@weighted_sum_checks.stand_in
def weighted_sum(weights, value):
    import numpy as np

    return np.einsum("...qk,...kd->...qd", weights, value)


mask_checks = HiddenChecks("04.2")


@mask_checks.check(points=2, gate=True)
def hides_the_future(learner, draw):
    """Without an offset query i may attend to the keys 0 to i, also where there are more keys or fewer."""
    small, large = sorted(draw.sizes(2, low=3))
    long = draw.integer(1030, 1090)
    cases = *product((1, small, large), repeat=2), (3, long), (long, 1)
    for lengths, mask in learner.causal_mask.each(cases):
        expect_close("causal mask", mask, reference.causal_mask(*lengths))


@mask_checks.check(points=2)
def queries_behind_a_cache(learner, draw):
    """With an offset the queries stand further to the right, so each may see that many keys more."""
    long = 3, draw.integer(1030, 1090), draw.integer(300, 900)
    cases = *product((1, 4, 7), (1, 4, 7), (1, draw.integer(2, 5), 99)), long
    questions = (learner.causal_mask.later(q_len, kv_len, offset=offset) for q_len, kv_len, offset in cases)
    for asked, mask in answers(learner, questions):
        expect_close("causal mask", mask, reference.causal_mask(*asked.args, **asked.kwargs))


@mask_checks.check(points=1)
def queries_before_the_keys(learner, draw):
    """With a negative offset the first queries may attend to nothing."""
    cases = product((1, 4, 7), (1, 4, 7), (-1, -draw.integer(2, 5), -99))
    for given, mask in learner.causal_mask.each(cases):
        expect_close("causal mask", mask, reference.causal_mask(*given))


@mask_checks.check(points=2)
def hides_the_padding(learner, draw):
    """Of each sentence its first keys may be attended to, as many as its length says."""
    long = draw.integer(1030, 1090)
    short = draw.integer(5, 9)
    ask, questions = learner.padding_mask.later.with_arguments, []
    for kv_len, batch in ((short, 4), (long, 4), (1, 1), (short, 1), (4, 4), (1, 4)):
        lengths = np.array([draw.integer(1, kv_len), 0, kv_len, 1][:batch])
        questions += [ask(lengths, kv_len), ask((lengths - lengths // 2).tolist(), kv_len)]
    for asked, (mask, (after, _), _) in answers(learner, questions):
        lengths, kv_len = asked.args
        of_a_list = " of a list" if isinstance(lengths, list) else ""
        expect_close(f"padding mask{of_a_list}", mask, reference.padding_mask(lengths, kv_len))
        if of_a_list:
            expect_equal("lengths after the call", after, lengths)
        else:
            expect_unchanged("lengths", after, lengths)
    alike = [0, 0, 0], [3, 3, 3], [5, 5, 5], [5, 3, 0]
    for given, mask in learner.padding_mask.each((np.array(lengths), 5) for lengths in alike):
        expect_close("padding mask", mask, reference.padding_mask(*given))
    cases = []
    for dtype, kv_len in ((np.uint8, 200), (np.int8, 120), (np.int32, 7)):
        lengths = np.array([draw.integer(1, 5), 0, min(kv_len, 120)], dtype)[: 3 if kv_len > 7 else 2]
        cases.append((lengths, kv_len))
    for (lengths, kv_len), mask in learner.padding_mask.each(cases):
        expect_close(f"padding mask of {lengths.dtype}", mask, reference.padding_mask(lengths, kv_len))


mask_checks.region("offset that sees all", lambda call: call["offset"] >= call["kv_len"], of="causal_mask")
mask_checks.region(
    "offset that sees nothing", lambda call: call["offset"] <= -call["q_len"], of="causal_mask"
)

attention_checks = HiddenChecks("04.3")

QKV = "... q_len d_head", "... kv_len d_head", "... kv_len d_value"
SIZES = "q_len", "kv_len", "d_head", "d_value"


def _expect_attention(result, query, key, value, mask=None, expect_same=expect_close):
    is_pair = isinstance(result, tuple | list) and len(result) == 2
    expect(is_pair, "attention: expected two arrays, output and weights. Return both: output, weights.")
    output, weights = reference.attention(query, key, value, mask)
    expect_same("weights", result[1], weights)
    expect_same("output", result[0], output)


def _expect_masked(learner, cases):
    """Expect output and weights to be right for each case: query, key, value and a mask."""
    questions = (learner.attention.later(*inputs, mask=mask) for *inputs, mask in cases)
    for asked, answer in answers(learner, questions):
        _expect_attention(answer, *asked.args, **asked.kwargs)


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
    cases = []
    for _ in range(3):  # what a mask of -10 lets through is small, and in one of three it is seen
        *inputs, shape = _inputs(draw)
        cases.append((*inputs, draw.mask(*shape)))
    _expect_masked(learner, cases)


@attention_checks.check(points=2)
def batches_heads_and_their_masks(learner, draw):
    """Batches and heads of any size must be handled each on its own, with masks that broadcast."""
    for given, answer in learner.attention.each((*draw.batches(*QKV), *draw.extents(*QKV))):
        _expect_attention(answer, *given)
    long = draw.arrays(*QKV, q_len=draw.integer(257, 280), kv_len=draw.integer(257, 280))
    batches = [draw.arrays(*QKV, leading=leading) for leading in (draw.sizes(1, high=4), (1,))]
    single = draw.arrays(*QKV, leading=(2,), dtype=np.float32)
    equal = [draw.arrays(*QKV, leading=leading, **dict.fromkeys(SIZES, 5)) for leading in ((), (5,))]
    cases = []
    for query, key, value in (long, *batches, single, *equal):
        leading, shape = query.shape[:-2], (query.shape[-2], key.shape[-2])
        masks = draw.mask(*leading, 1, shape[1]), draw.mask(*shape), draw.mask(*leading, *shape)
        every = *masks, np.asfortranarray(masks[1]), np.ones(shape, bool)
        cases += [(query, key, value, mask) for mask in every]
    _expect_masked(learner, cases)


@attention_checks.check(points=2)
def nothing_to_attend_to(learner, draw):
    """A query that may attend to nothing must get zeros, in the weights and in the output."""
    query, key, value, shape = _inputs(draw)
    mask = draw.mask(*shape)
    mask[draw.integer(0, shape[0] - 1)] = False
    cases = [(query, key, value, mask)]
    different = draw.arrays(*QKV, leading=draw.sizes(2, high=4))
    equal = draw.arrays(*QKV, leading=(3, 3), q_len=3, kv_len=3)  # shapes tell nothing
    for query, key, value in (different, equal):
        cases += [(query, key, value, mask) for mask in draw.masks(*query.shape[:-1], key.shape[-2])]
    for sizes in ({"q_len": 1}, {"kv_len": 1}, {"d_head": 1, "d_value": 1}):
        query, key, value = draw.arrays(*QKV, leading=(2,), **sizes)
        mask = np.array([True, False])[:, None, None] & np.ones((2, query.shape[-2], key.shape[-2]), bool)
        cases.append((query, key, value, mask))
    _expect_masked(learner, cases)


@attention_checks.check(points=1)
def large_scores(learner, draw):
    """A hidden score must have no influence, however large it is, and no score may overflow."""
    cases = []
    for largest, sign in ((150.0, 1), (3000.0, 1), (3000.0, -1), (60_000.0, -1)):
        query, key, value, shape = _inputs(draw)
        query[:, 0], key[:, 0] = largest, sign * (1.0 + draw.permutation(shape[1]))
        mask = np.ones(shape, bool)
        mask[:, key[:, 0].argmax()] = False
        cases.append((query, key, value, mask))
    _expect_masked(learner, cases)
    whole = (map(np.trunc, arrays) for arrays in draw.magnitudes(*QKV))
    for given, answer in learner.attention.each(map(tuple, whole)):
        _expect_attention(answer, *given)


@attention_checks.check(points=1, precision=True)
def nine_digits_of_both(learner, draw):
    """Numbers in float64 must be right to nine digits: nothing may be computed in float32, nothing added."""
    query, key, value = draw.arrays(*QKV, q_len=7, kv_len=6)
    mask = draw.mask(7, 6)
    found = learner.attention(query, key, value, mask=mask)
    _expect_attention(found, query, key, value, mask, expect_precise)


@attention_checks.check(points=1)
def leaves_its_arguments_alone(learner, draw):
    """Query, key, value and mask must be the same after the call; nothing of an earlier call may count."""
    query, key, value, shape = _inputs(draw)
    mask, closed = draw.mask(*shape), draw.mask(*shape)
    closed[0], closed[:, 0] = False, False  # a query without keys, a key without queries
    batch = [np.stack([array, array]) for array in (query, key, value)]
    cases = (*batch, closed), batch, *draw.again(query, key, value, mask), (query, key, value)
    ask, other = learner.attention.later.with_arguments, (query, key, -value, mask)
    for asked, (result, after, _) in answers(learner, (ask(*given, between=other) for given in cases)):
        for name, array, before in zip(("query", "key", "value", "mask"), after, asked.args, strict=False):
            expect_unchanged(name, array, before)
        if query.ndim == asked.args[0].ndim:
            _expect_attention(result, *asked.args)


def _scores(call):
    return reference.scaled_scores(call["query"], call["key"])


attention_checks.region("scores from 100 to 1,000", lambda call: 100 < np.abs(_scores(call)).max() < 1000)
attention_checks.region("rows of scores below -10,000", lambda call: (_scores(call).max(-1) < -1e4).any())
attention_checks.region(
    "a hidden score far above the others",
    lambda call: (
        np.where(call["mask"], -np.inf, _scores(call)).max()
        > np.where(call["mask"], _scores(call), -np.inf).max() + 1000
    ),
)


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

PLAIN = ("The", "cat", "sat", "on", "the", "café", "and", "it", "incomprehensibilities")
ODD = (" sat", "and ")


@most_attended_checks.check(points=3, gate=True)
def names_the_largest_weight(learner, draw):
    """For each query, the token with the largest weight in its row must be named."""
    for q_len, kv_len in ((6, 6), draw.sizes(2, low=4)):
        scores, tokens = draw.normal(q_len, kv_len, scale=2.0), _words(draw, PLAIN, kv_len)
        scores[2, 2] += 12.0  # a query that looks at itself
        scores[1, -1] += 12.0
        tokens[-1] = tokens[0]  # as "the" in "the cat sat on the mat"
        weights = softmax(scores)
        found, after, _ = learner.most_attended.with_arguments(weights, tokens)
        expect_equal("most attended", found, reference.most_attended(weights, tokens))
        expect_unchanged("weights", after[0], weights)
        expect_equal("tokens after the call", after[1], tokens)
    cases: list[Any] = []
    for (weights,) in draw.extents("q_len kv_len"):
        tokens = [f"token-{place}" for place in range(weights.shape[1])]
        sharp = softmax(20.0 * weights)  # the two largest are far apart
        cases += (sharp, tokens), (sharp.astype(np.float32), tokens)
    for given, found in learner.most_attended.each(cases):
        expect_equal("most attended", found, reference.most_attended(*given))


@most_attended_checks.check(points=2)
def the_first_of_equals(learner, draw):
    """Of several tokens with the same largest weight the first must be named, as it is spelt."""
    weights, tokens = np.full((5, 7), 0.05), _words(draw, PLAIN + ODD, 7)
    for row in range(3):
        weights[row, draw.permutation(6)[:3] + 1] = 0.25
    weights[1] = np.where(weights[1] == 0.25, 0.5, 0.0)
    weights[3] = 0.0  # all are equal
    weights[4, np.sort(draw.permutation(5)[:2] + 1)] = 0.25 - 1e-6, 0.25  # these are not
    tokens[weights[1].argmax()] = ""
    tokens[0] = tokens[-1] = " The"  # a word that stands there twice
    many = (
        np.float32(np.trunc(draw.uniform(0, 3, 13, 400)) / 400),
        [f"incomprehensibilities-{place}" for place in range(400)],
    )
    for each, words in ((weights, tokens), (weights.T.copy().T, tuple(tokens)), many):
        expected = reference.most_attended(each, words)
        expect_equal("most attended", learner.most_attended(each, words), expected)


def _words(draw, words, count):
    return [words[position] for position in draw.permutation(len(words))[:count]]


most_attended_checks.outside("weights: from 100*", "weights lie between 0 and 1")
most_attended_checks.outside("weights: above*", "weights lie between 0 and 1")


exposing_checks = HiddenChecks("04.6")
exposing_checks.outside("answer*", "many inputs expose the suspect; a little changed, it is another of them")


def exposing_numbers(learner):
    """Return how many numbers query and key hold once they are seen to expose the suspect."""
    parts = expect_parts("query, key, mask", learner.expose_weights(), 3)
    query = expect_array("query", parts[0], "q_len d_head")
    key = expect_array("key", parts[1], "kv_len d_head")
    expect(
        query.shape[1] == key.shape[1], "key: expected as many columns as the query has, got another number."
    )
    mask = expect_mask("mask", parts[2], (len(query), len(key)))
    _, right = reference.attention(query, key, key, mask)
    expect_exposed("query, key, mask", right=right, wrong=puzzles.suspect_weights(query, key, mask))
    return query.size + key.size


@exposing_checks.check(points=2, gate=True)
def exposes_the_suspect(learner, draw):
    """On your query, key and mask the suspect must give other weights than attention."""
    exposing_numbers(learner)


@exposing_checks.check(points=2)
def with_as_few_numbers_as_possible(learner, draw):
    """Three numbers in query and key together must be enough to show it."""
    expect_fewest("numbers in query and key", exposing_numbers(learner), 3)
