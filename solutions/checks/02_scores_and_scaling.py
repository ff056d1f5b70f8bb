"""Hidden checks of lesson 02."""

from itertools import product

from reference.cpu import scores as reference

from autograde.compare import expect_close, expect_precise, expect_unchanged
from autograde.exercise import HiddenChecks, answers

dot_product_scores_checks = HiddenChecks("02.1")
scaled_scores_checks = HiddenChecks("02.2")
score_variance_checks = HiddenChecks("02.3")

INPUTS = "... q_len d_head", "... kv_len d_head"


@dot_product_scores_checks.stand_in
def dot_product_scores(query, key):
    import numpy as np

    return np.einsum("...id,...jd->...ij", query, key)


@scaled_scores_checks.stand_in
def scaled_scores(query, key):
    import numpy as np

    return np.einsum("...id,...jd->...ij", query, key) * query.shape[-1] ** -0.5


@dot_product_scores_checks.check(points=2, gate=True)
def every_query_with_every_key(learner, draw):
    """Entry [i, j] must be the dot product of query i and key j."""
    q_len, kv_len, d_head = draw.sizes(3)
    query, key = draw.normal(q_len, d_head), draw.normal(kv_len, d_head)
    scores = learner.dot_product_scores(query, key)
    expect_close("scores", scores, reference.dot_product_scores(query, key))


@dot_product_scores_checks.check(points=1)
def as_many_queries_as_keys(learner, draw):
    """Rows belong to queries and columns to keys, also where there are as many of both, for any numbers."""
    seq_len = draw.integer(3, 9)
    drawn = draw.magnitudes(*INPUTS, q_len=seq_len, kv_len=seq_len, d_head=seq_len + 1)
    for given, scores in learner.dot_product_scores.each(drawn):
        expect_close("scores", scores, reference.dot_product_scores(*given))


@dot_product_scores_checks.check(points=2)
def leading_axes(learner, draw):
    """Each sequence of a batch, and each head, is scored on its own, in a batch of one and in float32 too."""
    for given, scores in learner.dot_product_scores.each(draw.batches(*INPUTS)):
        expect_close("scores", scores, reference.dot_product_scores(*given))


@dot_product_scores_checks.check(points=1, precision=True)
def nine_digits(learner, draw):
    """Numbers in float64 must be right to nine digits: nothing may be computed in float32, nothing added."""
    query, key = draw.normal(5, 6), draw.normal(4, 6)
    scores = learner.dot_product_scores(query, key)
    expect_precise("scores", scores, reference.dot_product_scores(query, key))


@dot_product_scores_checks.check(points=1)
def axes_of_size_one_stay(learner, draw):
    """One query and one key give scores of shape (1, 1); of a thousand, each is scored."""
    for given, scores in learner.dot_product_scores.each(draw.extents(*INPUTS)):
        expect_close("scores", scores, reference.dot_product_scores(*given))


@dot_product_scores_checks.check(points=1)
def both_stay_as_they_are(learner, draw):
    """query and key are the same after the call, and no call gives what an earlier one gave."""
    expect_nothing_kept(learner.dot_product_scores, reference.dot_product_scores, draw)


def expect_nothing_kept(function, right, draw):
    """Expect queries and keys to be the same after the call, and no answer to depend on an earlier call."""
    one, batch = (draw.arrays(*INPUTS, leading=leading) for leading in ((), (2,)))
    ask = function.later.with_arguments
    questions = (ask(*given, between=one) for given in (batch, *draw.again(*one)))
    for asked, (scores, after, _) in answers(function, questions):
        for name, array, before in zip(("query", "key"), after, asked.args, strict=True):
            expect_unchanged(name, array, before)
        if asked.args[0].ndim == one[0].ndim:
            expect_close("scores", scores, right(*asked.args))


@scaled_scores_checks.check(points=2, gate=True)
def divided_by_the_root_of_d_head(learner, draw):
    """Every dot product must be divided by the square root of d_head, for several d_head."""
    q_len, kv_len, small, large = draw.sizes(4)
    for d_head in (small, large + 16):
        query, key = draw.normal(q_len, d_head), draw.normal(kv_len, d_head)
        expect_close("scaled scores", learner.scaled_scores(query, key), reference.scaled_scores(query, key))


@scaled_scores_checks.check(points=2)
def the_scale_of_a_batch(learner, draw):
    """With a batch and heads in front, d_head is still the last axis, also in a batch of one."""
    for given, scores in learner.scaled_scores.each(draw.batches(*INPUTS)):
        expect_close("scaled scores", scores, reference.scaled_scores(*given))


@scaled_scores_checks.check(points=2)
def query_and_key_stay_as_they_are(learner, draw):
    """query and key are the same after the call, and no call gives what an earlier one gave."""
    expect_nothing_kept(learner.scaled_scores, reference.scaled_scores, draw)


@scaled_scores_checks.check(points=1, precision=True)
def nine_digits_after_scaling(learner, draw):
    """Numbers in float64 must be right to nine digits: nothing may be computed in float32, nothing added."""
    for d_head in (5, 7):
        query, key = draw.normal(5, d_head), draw.normal(4, d_head)
        scores = learner.scaled_scores(query, key)
        expect_precise("scaled scores", scores, reference.scaled_scores(query, key))


@scaled_scores_checks.check(points=1)
def one_query_one_key(learner, draw):
    """One query and one key give scaled scores of shape (1, 1); a thousand, and large ones, are scaled."""
    for given, scores in learner.scaled_scores.each((*draw.extents(*INPUTS), *draw.magnitudes(*INPUTS))):
        expect_close("scaled scores", scores, reference.scaled_scores(*given))


@score_variance_checks.check(points=3, gate=True)
def plain_and_scaled(learner, draw):
    """The variance must be exact for several d_head, with and without scaling."""
    for d_head in (draw.integer(2, 9), draw.integer(70, 500), draw.integer(1000, 9000)):
        what = f"variance for d_head = {d_head}"
        plain, scaled = learner.score_variance(d_head, False), learner.score_variance(d_head, True)
        expect_close(f"{what}, not scaled", plain, reference.score_variance(d_head, False))
        expect_close(f"{what}, scaled", scaled, reference.score_variance(d_head, True))


@score_variance_checks.check(points=1)
def a_single_number(learner, draw):
    """With d_head = 1 a score is one product, and scaling changes nothing; with 64 it does."""
    for d_head, scaled in product((1, 64), (False, True)):
        variance = learner.score_variance(d_head, scaled)
        expect_close("variance", variance, reference.score_variance(d_head, scaled))
