"""Hidden checks of lesson 03."""

from itertools import cycle, product

import numpy as np
from reference import puzzles
from reference.cpu import softmax as reference

from autograde.compare import expect, expect_close, expect_dtype, expect_precise, expect_unchanged
from autograde.exercise import HiddenChecks, answers
from autograde.expose import expect_array, expect_exposed, expect_fewest

softmax_checks = HiddenChecks("03.1")


def short(scores):
    """Return scores that float32 holds exactly: large ones are asked for their size, not for their digits."""
    return scores.astype(np.float32).astype(np.float64)


@softmax_checks.check(points=1, gate=True)
def agrees_with_the_formula(learner, draw):
    """Each weight must be exp(score), divided by the sum of the exponentials of its row."""
    square = draw.normal(5, 5, scale=2.0)
    expect_close("weights", learner.softmax(square), reference.softmax(square))
    scores = draw.normal(*draw.sizes(2), scale=2.0)
    expect_close("weights", learner.softmax(scores), reference.softmax(scores))


@softmax_checks.check(points=2)
def any_axis_of_any_array(learner, draw):
    """Softmax must work along every axis, for arrays with one to six axes, of every size from 1 on."""
    row = draw.normal(7)
    expect_close("weights of one row", learner.softmax(row), reference.softmax(row))
    several, sizes = draw.batches("... rows kv_len"), draw.extents("... rows_len kv_len")
    calls = [
        (scores, place - scores.ndim * ((case + place) % 2))  # each axis by one of its two names
        for case, (scores,) in enumerate(((row,), (draw.normal(7),), *several))
        for place in range(scores.ndim)
    ]
    for case, (scores,) in enumerate(sizes):
        calls += [(scores, case % scores.ndim), (scores, -1 - case % scores.ndim)]
    for (scores, axis), weights in learner.softmax.each(calls):
        expect_close(f"weights with axis={axis}", weights, reference.softmax(scores, axis))


@softmax_checks.check(points=2)
def survives_large_scores(learner, draw):
    """Scores of hundreds and of ten thousand, positive or negative, must give weights that sum to 1."""
    large = [scores for (scores,) in draw.magnitudes("... rows kv_len")]
    negative = [scores - 2.0 * scores.max() for scores in large]
    for (scores,), weights in learner.softmax.each(zip([*large, *negative])):
        expect_close("weights", weights, reference.softmax(scores))


@softmax_checks.check(points=1)
def rows_far_apart(learner, draw):
    """A row with very low scores must get its own weights, also beside a row with very high ones."""
    scores = short(draw.normal(4, 5) + np.array([[10_000.0], [0.0], [-10_000.0], [0.0]]))
    scores[3, :2] = 10_000.0, -10_000.0
    expect_close("weights", learner.softmax(scores), reference.softmax(scores))
    expect_close("weights with axis=0", learner.softmax(scores.T, axis=0), reference.softmax(scores).T)


@softmax_checks.check(points=1)
def minus_infinity_gets_nothing(learner, draw):
    """A score of -inf must get exactly 0, also beside -10,000, and the other scores must share the 1."""
    scores = np.where(draw.mask(4, 6, share=0.5), draw.normal(4, 6), -np.inf)
    scores[0] = np.where(np.arange(6) == draw.integer(0, 5), 2.0, -np.inf)  # one score takes everything
    scores = np.insert(scores, draw.integer(0, 6), -np.inf, axis=1)  # nobody looks at this key
    scores[1] = np.round(scores[1] * 8) / 8 - 10_000  # exact in float32 too: precision is another question
    weights = learner.softmax(scores)
    expect_close("weights", weights, reference.softmax(scores))
    nothing = bool((weights[np.isneginf(scores)] == 0.0).all())
    expect(nothing, "weights: expected exactly 0 where the score is -inf, got a little more.")
    expect_close("weights with axis=0", learner.softmax(scores.T, axis=0), reference.softmax(scores).T)
    few = scores[2:]  # without -10,000, which leaves float32 no digits
    for each in (scores[0], scores.reshape(2, 2, 7), few.astype(np.float32), few.astype(np.float16)):
        expect_close("weights", learner.softmax(each), reference.softmax(each))


@softmax_checks.check(points=1, precision=True)
def nine_digits(learner, draw):
    """Numbers in float64 must be right to nine digits: nothing may be computed in float32, nothing added."""
    scores = draw.normal(6, 5, scale=5.0)
    expect_precise("weights", learner.softmax(scores), reference.softmax(scores))


@softmax_checks.check(points=1)
def leaves_its_input_alone(learner, draw):
    """The scores must be the same after the call, and no call may give what an earlier one gave."""
    cases = [
        (draw.normal(5), {}),
        (draw.normal(3, 5, dtype=np.float32), {}),
        (np.arange(6).reshape(2, 3), {"axis": 0}),
        (draw.normal(2, 3, 5), {"axis": 1}),
        *((each, {}) for (each,) in draw.again(draw.normal(3, 5))),
    ]
    ask = learner.softmax.later.with_arguments
    questions = [ask(scores, between=[-scores], **options) for scores, options in cases]
    for asked, (weights, (after,), _) in answers(learner, questions):
        (scores,) = asked.args
        expect_unchanged("scores", after, scores)
        expect_close("weights of one of two calls", weights, reference.softmax(scores, **asked.kwargs))
    again = learner.softmax(scores)
    expect_close("weights of a second call", again, reference.softmax(scores))


@softmax_checks.check(points=1)
def keeps_the_dtype(learner, draw):
    """float16 and float32 must stay what they are, and whole numbers of every width must give float64."""
    near = draw.normal(3, 5)
    apart = 400.0 * (draw.permutation(15).reshape(3, 5) - 7)  # so far that rounding decides nothing
    for axis, dtype, given in ((-1, np.float32, near), (0, np.float32, apart), (-1, np.float16, near)):
        scores = given.astype(dtype)
        weights = learner.softmax(scores, axis=axis)
        expect_close("weights", weights, reference.softmax(scores, axis))
        expect_dtype("weights", weights, dtype)
    counts = np.array([[draw.integer(0, 2), 3, 1, 5], [100, 104, draw.integer(0, 2), 0]])
    calls = []
    for whole, axis in zip("bBhHiIlLBb", cycle((-1, 0)), strict=False):
        scores = counts.astype(whole)
        scores[1, 2:] -= scores[1, 2:] if whole.isupper() else 100  # in int8 the range is 204
        scores[1] *= 1 if whole in "bB" else 90  # ten thousand
        calls.append((scores, axis))
    for (scores, axis), weights in learner.softmax.each(calls):
        expect_close(f"weights of {scores.dtype} scores", weights, reference.softmax(scores, axis))
        expect_dtype(f"weights of {scores.dtype} scores", weights, np.float64)


softmax_checks.region(
    "rows of scores below -10,000", lambda call: (call["scores"].max(call["axis"]) < -1e4).any()
)
softmax_checks.region(
    "rows far apart along another axis",
    lambda call: np.ptp(call["scores"].max(call["axis"])) > 2000 and call["axis"] != -1,
)
for whole in (np.int64, np.int8, np.uint8):
    softmax_checks.region(
        f"whole numbers in {whole.__name__}", lambda call, dtype=whole: call["scores"].dtype == dtype
    )


@softmax_checks.stand_in
def softmax(scores, axis=-1):
    import numpy as np

    highest = np.max(scores, axis=axis, keepdims=True)
    log_total = np.log(np.sum(np.exp(scores - highest), axis=axis, keepdims=True))
    return np.exp(scores - highest - log_total)


temperature_checks = HiddenChecks("03.2")


@temperature_checks.check(points=1, gate=True)
def divides_by_the_temperature(learner, draw):
    """The scores must be divided by the temperature before softmax turns them into weights."""
    square = draw.normal(4, 4)
    for temperature in (float(draw.uniform(0.3, 0.7)), float(draw.uniform(1.5, 4.0))):
        weights = learner.softmax_with_temperature(square, temperature)
        expect_close("weights", weights, reference.softmax_with_temperature(square, temperature))
    scores, temperature = draw.normal(*draw.sizes(3)), float(draw.uniform(1.5, 4.0))
    weights = learner.softmax_with_temperature(scores, temperature)
    expect_close("weights", weights, reference.softmax_with_temperature(scores, temperature))


@temperature_checks.check(points=1)
def passes_the_axis_on(learner, draw):
    """The weights must sum to 1 along the axis that was asked for, of any array."""
    cases = *draw.batches("... rows kv_len"), *draw.extents("... rows_len kv_len")
    temperatures = cycle((float(draw.uniform(1.5, 4.0)), 1, 0.004, 500))
    calls = []
    for case, ((scores,), temperature) in enumerate(zip(cases, temperatures, strict=False)):
        scores = np.round(scores * 8) / 64  # close to each other, and what float32 holds exactly
        calls.append((scores, temperature, (case + 1) % scores.ndim - scores.ndim * (case % 2)))
    for arguments, weights in learner.softmax_with_temperature.each(calls):
        expected = reference.softmax_with_temperature(*arguments)
        expect_close(f"weights with axis={arguments[2]}", weights, expected)


@temperature_checks.check(points=1)
def nearly_frozen(learner, draw):
    """At temperatures down to 0.001 the weights must be finite and follow the largest score, large or not."""
    scores = np.round(draw.normal(5, 9) * 64) / 64  # what float32 holds exactly
    scores[:, 0] = scores[:, 1:].max(axis=-1) - 1 / 64  # a close second
    others = scores[0], *(each for (each,) in draw.magnitudes("rows kv_len"))
    calls = *product((scores,), (0.001, 0.004, 1000)), *zip(others, cycle((0.001, 1000)), strict=False)
    for arguments, weights in learner.softmax_with_temperature.each(calls):
        expect_close("weights", weights, reference.softmax_with_temperature(*arguments))


@temperature_checks.check(points=1, precision=True)
def nine_digits_at_a_temperature(learner, draw):
    """Numbers in float64 must be right to nine digits: nothing may be computed in float32, nothing added."""
    scores, temperature = draw.normal(6, 5, scale=5.0), float(draw.uniform(0.3, 0.7))
    weights = learner.softmax_with_temperature(scores, temperature)
    expect_precise("weights", weights, reference.softmax_with_temperature(scores, temperature))


@temperature_checks.check(points=1)
def leaves_the_scores_alone(learner, draw):
    """The scores must be the same after the call, and no call may give what an earlier one gave."""
    cases = [
        (draw.normal(5), {}),
        (draw.normal(2, 3, 5), {"axis": 1}),
        *((each, {}) for (each,) in draw.again(draw.normal(3, 5))),
    ]
    ask = learner.softmax_with_temperature.later.with_arguments
    questions = [ask(scores, 2.5, between=(-scores, 2.5), **options) for scores, options in cases]
    for asked, (weights, (after, _), _) in answers(learner, questions):
        scores = asked.args[0]
        expect_unchanged("scores", after, scores)
        expected = reference.softmax_with_temperature(*asked.args, **asked.kwargs)
        expect_close("weights of one of two calls", weights, expected)
    for temperature in (2.5, 0.7):
        weights = learner.softmax_with_temperature(scores, temperature)
        expected = reference.softmax_with_temperature(scores, temperature)
        expect_close("weights of a second call", weights, expected)


temperature_checks.outside("temperature below 0", "a temperature is a number above 0")


backward_checks = HiddenChecks("03.3")


@backward_checks.check(points=2, gate=True)
def multiplies_by_the_jacobian(learner, draw):
    """The gradient of the scores must be the gradient of the weights times the Jacobian of softmax."""
    for shape in ((5, 5), draw.sizes(2, low=3)):
        weights, grad = reference.softmax(draw.normal(*shape)), draw.normal(*shape)
        expected = reference.softmax_backward(weights, grad)
        expect_close("gradient of scores", learner.softmax_backward(weights, grad), expected)


@backward_checks.check(points=2)
def any_number_of_axes(learner, draw):
    """One row, any batch, one key, a thousand, large gradients, and float32 must work as well."""
    shapes = "... kv_len", "... kv_len"
    large = draw.magnitudes("... rows kv_len", "... rows kv_len")
    drawn = draw.arrays(*shapes), *draw.batches(*shapes), *draw.extents(*shapes), *large
    calls = [(reference.softmax(scores / max(1.0, scores.max())), grad) for scores, grad in drawn]
    calls.append((calls[-1][0], calls[-1][0]))  # of half the sum of squares
    for arguments, gradient in learner.softmax_backward.each(calls):
        expect_close("gradient of scores", gradient, reference.softmax_backward(*arguments))


@backward_checks.check(points=1)
def a_saturated_row(learner, draw):
    """Where the weights are exactly 0 and 1 no gradient may pass; close to that a little must."""
    weights, grad = np.eye(5)[draw.permutation(5)][:4], draw.normal(4, 5)
    for shape in ((4, 5), (2, 2, 5)):
        grad_scores = learner.softmax_backward(weights.reshape(shape), grad.reshape(shape))
        expect_close("gradient of scores", grad_scores, np.zeros(shape), atol=1e-6)
    weights = reference.softmax(9.0 * weights)  # the largest is 0.9995
    expected = reference.softmax_backward(weights, grad)
    expect_close("gradient of scores", learner.softmax_backward(weights, grad), expected, rtol=1e-3)


@backward_checks.check(points=1, precision=True)
def nine_digits_of_the_gradient(learner, draw):
    """Numbers in float64 must be right to nine digits: nothing may be computed in float32, nothing added."""
    weights, grad = reference.softmax(draw.normal(4, 6, scale=5.0)), draw.normal(4, 6)
    expected = reference.softmax_backward(weights, grad)
    expect_precise("gradient of scores", learner.softmax_backward(weights, grad), expected)


@backward_checks.check(points=1)
def leaves_both_arguments_alone(learner, draw):
    """Weights and gradient must be the same after the call, and no call may give what an earlier one gave."""
    one = draw.again(draw.normal(3, 5), draw.normal(3, 5))
    cases = draw.normal(2, 5), (draw.normal(2, 3, 5), draw.normal(2, 3, 5)), *one
    ask = learner.softmax_backward.later.with_arguments
    given = [(reference.softmax(scores), grad) for scores, grad in cases]
    questions = [ask(weights, grad, between=(weights, -grad)) for weights, grad in given]
    for asked, (found, after, _) in answers(learner, questions):
        weights, grad = asked.args
        expect_unchanged("weights", after[0], weights)
        expect_unchanged("grad_weights", after[1], grad)
        if grad.shape == (3, 5):
            expected = reference.softmax_backward(weights, grad)
            expect_close("gradient of a second call", found, expected)


for numbers in ("from 100 to 1,000", "above 10,000"):
    backward_checks.outside(f"weights: {numbers}", "weights are what softmax returned: from 0 to 1")


exposing_checks = HiddenChecks("03.4")  # a function without arguments: it promises no regions


def exposing_scores(learner):
    """Return the scores once they are seen to expose the suspect."""
    scores = expect_array("scores", learner.expose_softmax(), "rows kv_len")
    with np.errstate(invalid="ignore"):  # 0 / 0 is what it is about
        wrong = puzzles.suspect_softmax(scores)
    expect_exposed("scores", right=reference.softmax(scores), wrong=wrong)
    return scores


@exposing_checks.check(points=2, gate=True)
def exposes_the_suspect(learner, draw):
    """On your scores the suspect must give other weights than softmax."""
    exposing_scores(learner)


@exposing_checks.check(points=2)
def with_as_few_scores_as_possible(learner, draw):
    """Two scores must be enough to show it."""
    expect_fewest("scores", exposing_scores(learner).size, 2)
