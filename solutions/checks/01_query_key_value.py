"""Hidden checks of lesson 01."""

import numpy as np
from reference import shapes as reference_shapes
from reference.cpu import projections as reference

from autograde.compare import (
    expect,
    expect_close,
    expect_equal,
    expect_precise,
    expect_unchanged,
    type_phrase,
)
from autograde.exercise import HiddenChecks, answers

project_checks = HiddenChecks("01.1")
query_key_value_checks = HiddenChecks("01.2")
hard_lookup_checks = HiddenChecks("01.3")
projection_shapes_checks = HiddenChecks("01.4")

PROJECTION = "... seq_len d_in", "d_in d_out"
VIEWS = "... seq_len d_model", "d_model d_head", "d_model d_head", "d_model d_value"
LOOKUP = "q_len d_head", "kv_len d_head", "kv_len d_value"


@project_checks.stand_in
def project(x, weight):
    import numpy as np

    return np.einsum("...i,io->...o", x, weight)


@query_key_value_checks.stand_in
def query_key_value(x, w_query, w_key, w_value):
    import numpy as np

    return tuple(np.einsum("...i,io->...o", x, weight) for weight in (w_query, w_key, w_value))


@project_checks.check(points=2, gate=True)
def agrees_with_the_formula(learner, draw):
    """Each row of the result must be the row of x times the weight."""
    seq_len, d_in, d_out = draw.sizes(3)
    x, weight = draw.normal(seq_len, d_in), draw.normal(d_in, d_out)
    expect_close("result", learner.project(x, weight), reference.project(x, weight))


@project_checks.check(points=2)
def square_weight(learner, draw):
    """The axes of a square weight keep their meaning, whatever numbers it holds, transposed or not."""
    d_model = draw.integer(3, 9)
    for given, result in learner.project.each(draw.magnitudes(*PROJECTION, d_in=d_model, d_out=d_model)):
        expect_close("result", result, reference.project(*given))


@project_checks.check(points=2)
def leading_axes(learner, draw):
    """Every sequence of a batch is projected, with any number of leading axes, also in float32."""
    for given, result in learner.project.each(draw.batches(*PROJECTION)):
        expect_close("result", result, reference.project(*given))


@project_checks.check(points=1)
def axes_of_size_one_stay(learner, draw):
    """Axes of size 1 stay: a single token, a single number. Long ones are projected to their end."""
    for given, result in learner.project.each(draw.extents(*PROJECTION)):
        expect_close("result", result, reference.project(*given))


@project_checks.check(points=1, precision=True)
def nine_digits(learner, draw):
    """Numbers in float64 must be right to nine digits: nothing may be computed in float32, nothing added."""
    x, weight = draw.normal(6, 5), draw.normal(5, 4)
    expect_precise("result", learner.project(x, weight), reference.project(x, weight))


@project_checks.check(points=1)
def x_and_weight_stay_as_they_are(learner, draw):
    """x and weight are the same after the call as before, and no call gives what an earlier one gave."""
    one, batch = (draw.arrays(*PROJECTION, leading=leading, d_in=5, d_out=5) for leading in ((), (2,)))
    ask = learner.project.later.with_arguments
    questions = (ask(*given, between=one) for given in (batch, *draw.again(*one)))
    for asked, (result, after, _) in answers(learner, questions):
        for name, array, before in zip(("x", "weight"), after, asked.args, strict=True):
            expect_unchanged(name, array, before)
        if asked.args[0].ndim == 2:
            expect_close("result", result, reference.project(*asked.args))


@query_key_value_checks.check(points=2, gate=True)
def each_view_has_its_own_weight(learner, draw):
    """query, key and value must each be x times their own weight, in this order."""
    seq_len, d_model, d_head, d_value = draw.sizes(4)
    x = draw.normal(seq_len, d_model)
    weights = draw.normal(d_model, d_head), draw.normal(d_model, d_head), draw.normal(d_model, d_value)
    expect_views(learner.query_key_value(x, *weights), reference.query_key_value(x, *weights))


@query_key_value_checks.check(points=2)
def all_sizes_equal(learner, draw):
    """Where d_model, d_head and d_value are equal, shapes tell nothing; numbers of any size must be right."""
    size = draw.integer(3, 9)
    drawn = draw.magnitudes(*VIEWS, d_model=size, d_head=size, d_value=size)
    for given, views in learner.query_key_value.each(drawn):
        expect_views(views, reference.query_key_value(*given))


@query_key_value_checks.check(points=2)
def every_sequence_of_a_batch(learner, draw):
    """Each sequence of a batch gets its own query, key and value, also one token, a thousand, or float32."""
    for given, views in learner.query_key_value.each((*draw.batches(*VIEWS), *draw.extents(*VIEWS))):
        expect_views(views, reference.query_key_value(*given))


@query_key_value_checks.check(points=1, precision=True)
def nine_digits_of_each(learner, draw):
    """Numbers in float64 must be right to nine digits: nothing may be computed in float32, nothing added."""
    x, weights = draw.normal(6, 5), [draw.normal(5, 4) for _ in range(3)]
    expected = reference.query_key_value(x, *weights)
    expect_views(learner.query_key_value(x, *weights), expected, expect_precise)


@query_key_value_checks.check(points=1)
def x_stays_as_it_is(learner, draw):
    """x and the three weights are the same after the call, and no call gives what an earlier one gave."""
    sizes = {"d_model": 5, "d_head": 5, "d_value": 5}
    one, batch = (draw.arrays(*VIEWS, leading=leading, **sizes) for leading in ((), (2,)))
    ask = learner.query_key_value.later.with_arguments
    questions = (ask(*given, between=one) for given in (batch, *draw.again(*one)))
    for asked, (views, after, _) in answers(learner, questions):
        for name, array, before in zip(("x", "w_query", "w_key", "w_value"), after, asked.args, strict=True):
            expect_unchanged(name, array, before)
        if asked.args[0].ndim == 2:
            expect_views(views, reference.query_key_value(*asked.args))


def expect_views(views, expected, expect_same=expect_close):
    """Expect query, key and value, each named in the message where it is off."""
    found = f"{len(views)} of them" if isinstance(views, tuple | list) else type_phrase(views)
    expect(
        isinstance(views, tuple | list) and len(views) == 3,
        f"result: expected three arrays (query, key, value), got {found}.",
    )
    for name, view, right in zip(("query", "key", "value"), views, expected, strict=True):
        expect_same(name, view, right)


@hard_lookup_checks.check(points=2, gate=True)
def the_best_match_wins(learner, draw):
    """Each query must get the value whose key has the largest dot product with it."""
    q_len, kv_len, d_head, d_value = 13, *draw.sizes(3, 4, 9)
    key = draw.normal(kv_len, d_head) * draw.uniform(0.2, 3.0, kv_len, 1)
    inputs = draw.normal(q_len, d_head), key, draw.normal(kv_len, d_value)
    expect_close("result", learner.hard_lookup(*inputs), reference.hard_lookup(*inputs))


@hard_lookup_checks.check(points=2)
def all_matches_negative(learner, draw):
    """Where every dot product is negative, however low, the one closest to zero is the largest and wins."""
    q_len, kv_len, d_head, d_value = draw.sizes(4, 3, 9)
    query, key = draw.uniform(0.5, 2.0, q_len, d_head), draw.uniform(-2.0, -0.5, kv_len, d_head)
    key[0] = -3.0  # the first key is the worst
    value = draw.normal(kv_len, d_value)
    for factor in (1, 1e4):
        found = learner.hard_lookup(query, key * factor, value)
        expect_close("result", found, reference.hard_lookup(query, key * factor, value))


@hard_lookup_checks.check(points=1)
def the_first_of_equals(learner, draw):
    """Where several keys match equally well, the first of them wins; one that is better by a little wins."""
    kv_len, d_head = 40, draw.integer(4, 9)
    key = np.zeros((kv_len, d_head))
    key[1:, 0] = 2.0  # all keys but the first are the same
    inputs = np.abs(draw.normal(3, d_head)), key, draw.normal(kv_len, 2)
    low = inputs[0], -key[1:], inputs[2][1:]  # all matches are negative, and equally good
    close = key.copy()
    close[1:-1, 0] -= draw.uniform(2e-6, 9e-6, kv_len - 2)  # the last is the best, in float32 too
    whole = np.trunc(draw.uniform(0, 3, 60, 2)), np.trunc(draw.uniform(0, 3, 400, 2)), draw.normal(400, 2)
    *large, ties = draw.magnitudes(*LOOKUP)
    ties[0][:, 1:] = 0.0  # else different keys are equally good by chance, up to rounding
    cases = inputs, low, (inputs[0], close, inputs[2]), whole, *large, ties
    for given, result in learner.hard_lookup.each(cases):
        expect_close("result", result, reference.hard_lookup(*given))


@hard_lookup_checks.check(points=1, precision=True)
def nine_digits_of_the_value(learner, draw):
    """Numbers in float64 must be right to nine digits: nothing may be computed in float32, nothing added."""
    inputs = draw.normal(6, 3), draw.normal(5, 3), draw.normal(5, 4)
    expect_precise("result", learner.hard_lookup(*inputs), reference.hard_lookup(*inputs))


@hard_lookup_checks.check(points=1)
def one_query_one_number(learner, draw):
    """One query, one key and one number keep their axes; a thousand, or float32, are all looked up."""
    drawn = *draw.extents(*LOOKUP), draw.arrays(*LOOKUP, dtype=np.float32)
    for given, result in learner.hard_lookup.each(drawn):
        expect_close("result", result, reference.hard_lookup(*given))


@hard_lookup_checks.check(points=1)
def the_three_stay_as_they_are(learner, draw):
    """query, key and value are the same after the call, and no call gives what an earlier one gave."""
    one = draw.arrays(*LOOKUP)
    ask = learner.hard_lookup.later.with_arguments
    questions = (ask(*given, between=one) for given in draw.again(*one))
    for asked, (result, after, _) in answers(learner, questions):
        expect_close("result", result, reference.hard_lookup(*asked.args))
        for name, array, before in zip(("query", "key", "value"), after, asked.args, strict=True):
            expect_unchanged(name, array, before)


hard_lookup_checks.region(
    "all products below -1,000", lambda call: (call["query"] @ call["key"].T).max() < -1000
)


@projection_shapes_checks.check(points=2, gate=True)
def queries_keys_and_values(learner, draw):
    """query, key and value must each have one row for each token and one column for each of their numbers."""
    expect_same_shapes(learner, draw, ("query", "key", "value"))


@projection_shapes_checks.check(points=2)
def the_three_weights(learner, draw):
    """Each weight must have the shape that turns x into its view by x @ weight."""
    expect_same_shapes(learner, draw, ("w_query", "w_key", "w_value"))


@projection_shapes_checks.check(points=1)
def the_embeddings(learner, draw):
    """x must have one row for each token."""
    expect_same_shapes(learner, draw, ("x",))


def expect_same_shapes(learner, draw, names):
    """Expect the named entries of the dictionary to be right for drawn sizes, for 1 and for many."""
    small, large = sorted(draw.sizes(2, 2, 99))
    ones = (1, small, large), (large, 1, small), (small, large, 1), (1, 1, 1)
    equal = (small, small, large), (large, small, large), (small, large, large)
    cases = draw.sizes(3, 2, 99), *ones, *equal, (1100 + small, 65 + small, 65 + large)
    for sizes, shapes in learner.projection_shapes.each(cases):
        right = reference_shapes.projection_shapes(*sizes)
        expect(isinstance(shapes, dict), f"result: expected a dictionary, got {type_phrase(shapes)}.")
        for name in names:
            expect(name in shapes, f"result: expected an entry {name!r}, got none.")
            expect_equal(f"shape of {name}", shapes[name], right[name])
