"""Hidden checks of lesson 07."""

from itertools import product

import numpy as np
from reference import complexity, puzzles, shapes

from autograde.compare import expect, expect_close, expect_equal, expect_unchanged
from autograde.exercise import HiddenChecks, answers
from autograde.expose import expect_array, expect_exposed, expect_fewest, expect_parts

shape_checks = HiddenChecks("07.1")


@shape_checks.check(points=2, gate=True)
def self_attention_shapes(learner, draw):
    """All six shapes must be right where a sequence attends to itself with several heads."""
    batch, n_heads, seq_len, d_head = draw.sizes(4)
    sizes = batch, n_heads, seq_len, seq_len, n_heads * d_head
    expect_equal("shapes", learner.attention_shapes(*sizes), shapes.attention_shapes(*sizes))


@shape_checks.check(points=2)
def cross_attention_shapes(learner, draw):
    """Queries and keys may come from sequences of different lengths; each shape must use the right one."""
    batch, n_heads, q_len, kv_len, d_head = draw.sizes(5)
    sizes = batch, n_heads, q_len, kv_len, n_heads * d_head
    expect_equal("shapes", learner.attention_shapes(*sizes), shapes.attention_shapes(*sizes))


@shape_checks.check(points=1)
def four_axes_always(learner, draw):
    """Every axis of size 1 must stay, and long sequences must be counted as they are."""
    q_len, kv_len, d_model = draw.sizes(3)
    long, wide = draw.integer(1030, 9000), 4 * draw.integer(200, 900)
    ones = (1, 1, q_len, kv_len, d_model), (1, d_model, 1, kv_len, d_model), (3, 2, q_len, 1, 8)
    alone = (1, 2, q_len, kv_len, 8), (3, 1, q_len, kv_len, 8), (3, 2, 1, kv_len, 8), (3, 2, q_len, 4, 8)
    cases = *ones, *alone, (1, 1, 1, 1, 1), (2, 4, long, kv_len, wide), (2, 4, q_len, long, wide)
    for sizes, found in learner.attention_shapes.each(cases):
        expect_equal("shapes", found, shapes.attention_shapes(*sizes))


shape_checks.outside("only d_model = 1", "d_model is a multiple of n_heads")


flops_checks = HiddenChecks("07.2")


@flops_checks.check(points=2, gate=True)
def two_products_in_one_head(learner, draw):
    """The count must be that of both matrix products, for any number of queries and keys."""
    for _ in range(2):
        sizes = draw.sizes(3, 2, 99)
        expect_equal("operations", learner.attention_flops(*sizes), complexity.attention_flops(*sizes))


@flops_checks.check(points=2)
def in_all_heads(learner, draw):
    """Every head does the same work; their sum must be returned, also for one query, one key, one column."""
    q_len, kv_len, d_head, n_heads = draw.sizes(4, 2, 99)
    ones = (1, kv_len, d_head), (q_len, 1, d_head), (q_len, kv_len, 1), (1, 1, 1)
    heads = ((*sizes, n_heads) for sizes in (*ones, (q_len, kv_len, d_head)))
    for sizes, found in learner.attention_flops.each((draw.sizes(4, 2, 99), *ones, *heads)):
        expect_equal("operations", found, complexity.attention_flops(*sizes))


@flops_checks.check(points=1)
def exact_for_millions_of_tokens(learner, draw):
    """The count for tens of millions of tokens must be exact, which a float is not."""
    sizes = 10**7 + 2 * draw.integer(1, 999) + 1, 10**7 + 2 * draw.integer(1, 999) + 1, 129, 97
    expect_equal("operations", learner.attention_flops(*sizes), complexity.attention_flops(*sizes))


bytes_checks = HiddenChecks("07.3")


@bytes_checks.check(points=2, gate=True)
def six_arrays_of_one_head(learner, draw):
    """All six arrays of one float32 head must be counted, for any number of queries and keys."""
    for _ in range(2):
        sizes = draw.sizes(3, 2, 99)
        expect_equal("bytes", learner.attention_bytes(*sizes), complexity.attention_bytes(*sizes))


@bytes_checks.check(points=1)
def heads_and_item_sizes(learner, draw):
    """Several heads, and numbers of 1, 2 or 8 bytes, must be counted, for any length from 1 on."""
    long, questions = draw.integer(70_000, 90_000), []
    for lengths in ((long, 7), (6, long), (long, long - 1), (1, 5), (4, 1), (1, 1), (70, 80)):
        d_head, n_heads, itemsize = draw.choice((1, 96)), draw.integer(2, 12), draw.choice((1, 2, 8))
        for options in ({}, {"n_heads": n_heads}, {"itemsize": itemsize}, {"n_heads": 3, "itemsize": 8}):
            for columns in (d_head, 97 - d_head):
                questions.append(learner.attention_bytes.later(*lengths, columns, **options))
    for asked, found in answers(learner, questions):
        expect_equal("bytes", found, complexity.attention_bytes(*asked.args, **asked.kwargs))
    expect_equal("bytes", learner.attention_bytes(5, 6, 7, itemsize=1), 5 * 6 + 5 * 6 + 2 * 5 * 7 + 2 * 6 * 7)


@bytes_checks.check(points=2)
def longest_that_fits(learner, draw):
    """max_seq_len must return the largest n that fits, at any memory from a kilobyte to terabytes."""
    for memory_bytes in (10**4, 10**7, 16 * 2**30, 10**12):
        arguments = memory_bytes + draw.integer(0, 999), 64, draw.integer(1, 16), draw.choice([2, 4])
        if memory_bytes == 10**4:
            arguments = arguments[0], 4, 1, 4
        expect_equal("tokens", learner.max_seq_len(*arguments), complexity.max_seq_len(*arguments))
    for d_head, options in ((1, {"itemsize": 1}), (96, {"itemsize": 2}), (80, {"n_heads": 3, "itemsize": 8})):
        found = learner.max_seq_len(10**7 + 1, d_head, **options)
        expect_equal("tokens", found, complexity.max_seq_len(10**7 + 1, d_head, **options))
    longest = 4 * 10**12, draw.integer(1, 9), 1, 1
    expect_equal("tokens", learner.max_seq_len(*longest), complexity.max_seq_len(*longest))


@bytes_checks.check(points=1)
def to_the_last_byte(learner, draw):
    """Memory that n tokens fill exactly must be enough for n; one byte less must not."""
    for low, high, itemsize in ((2, 60, 4), (2, 60, 2), (10_000, 90_000, 8)):
        n, sizes = draw.integer(low, high), (*draw.sizes(2, 2, 60), itemsize)
        exactly = complexity.attention_bytes(n, n, *sizes)
        expect_equal("tokens", learner.max_seq_len(exactly, *sizes), n)
        expect_equal("tokens", learner.max_seq_len(exactly - 1, *sizes), n - 1)


@bytes_checks.check(points=1)
def nothing_fits(learner, draw):
    """Where not even one token fits, the answer must be 0."""
    d_head = draw.integer(8, 64)
    too_little = complexity.attention_bytes(1, 1, d_head) - draw.integer(1, 8)
    for memory_bytes in (too_little, 1, 0):
        expect_equal("tokens", learner.max_seq_len(memory_bytes, d_head), 0)


growth_checks = HiddenChecks("07.4")


@growth_checks.check(points=2, gate=True)
def exponent_of_a_power(learner, draw):
    """For costs that are exactly c n^p the exponent must be p, whatever c is."""
    lengths = np.array([16.0, 48.0, 96.0, 384.0, 512.0])
    for power, unit in ((float(draw.uniform(0.3, 0.9)), 1e-9), (float(draw.uniform(1.2, 2.9)), 1.0)):
        costs = float(draw.uniform(3.0, 50.0)) * unit * lengths**power
        expect_close("exponent", learner.growth_exponent(lengths, costs), power)


@growth_checks.check(points=2)
def least_squares_through_all_points(learner, draw):
    """Costs that scatter around a power must be fitted by least squares over all points."""
    lengths = draw.generator.choice(np.arange(10.0, 900.0), 7, replace=False)
    costs = 1e7 * lengths**1.5 * np.exp(draw.normal(7, scale=0.4))
    longest = lengths.argsort()[-2:]
    costs[longest] = np.sort(costs[longest])[::-1]  # the longest does not cost most
    expect_close(
        "exponent", learner.growth_exponent(lengths, costs), complexity.growth_exponent(lengths, costs)
    )


@growth_checks.check(points=1)
def lists_of_whole_numbers(learner, draw):
    """Lists of whole numbers must work as well as arrays, and both must be the same after the call."""
    lengths = [8, 32, 64]
    costs = [draw.integer(1000, 3000) * 10**9 * n**2 for n in lengths]
    found = learner.growth_exponent(lengths, costs)
    expect_close("exponent", found, complexity.growth_exponent(lengths, costs))
    found = learner.growth_exponent(np.array([1, *lengths]), [5, *costs])
    expect_close("exponent", found, complexity.growth_exponent([1, *lengths], [5, *costs]))
    for dtype in (float, int):
        given = np.array(lengths[::-1], dtype), np.array(costs, dtype)
        found, after, _ = learner.growth_exponent.with_arguments(*given)
        expect_close("exponent", found, complexity.growth_exponent(*given))
        for name, argument, array in zip(("lengths", "costs"), after, given, strict=True):
            expect_unchanged(name, argument, array)


@growth_checks.check(points=1)
def two_points_are_enough(learner, draw):
    """Two lengths must be enough, in either order, below 1 too, and where the cost falls, stays or leaps."""
    left = draw.integer(10, 99)
    right = left * draw.choice((2, 5))  # the exponent is no round number
    lengths = [left, right], [right, left], [1 / left, 1 / right]
    costs = [7.0, 21.0], [21.0, 7.0], [5.0, 5.0], [0.01, 900.0]
    for given, found in learner.growth_exponent.each(product(lengths, costs)):
        expect_close("exponent", found, complexity.growth_exponent(*given), atol=1e-6)


layer_checks = HiddenChecks("07.5")

EXTREMES = (7, 1), (2, 80), (1_000_003, 12_289)


@layer_checks.check(points=2, gate=True)
def self_attention_layer(learner, draw):
    """The row of self-attention must be right, for any length and width from 1 on, however large."""
    cases = draw.sizes(2, 3, 99), draw.sizes(2, 3, 99), (draw.integer(1030, 9000), 5), *EXTREMES
    for given, found in learner.layer_costs.each(("self_attention", *sizes) for sizes in cases):
        expect_equal("costs", found, complexity.layer_costs(*given))


@layer_checks.check(points=1)
def recurrent_layer(learner, draw):
    """The row of the recurrent layer must be right, for any length and width."""
    cases = draw.sizes(2, 3, 99), draw.sizes(2, 3, 99), *EXTREMES
    for given, found in learner.layer_costs.each(("recurrent", *sizes) for sizes in cases):
        expect_equal("costs", found, complexity.layer_costs(*given))


@layer_checks.check(points=2)
def convolutional_layer(learner, draw):
    """The row of the convolutional layer must be right, for short and for long sequences."""
    cases = []
    for seq_len, kernel_size in (
        (draw.integer(4, 7), 9),
        (draw.integer(8, 40), 5),
        (draw.integer(1030, 9000), 3),
        (draw.integer(10**6, 10**9), 2),
        (2, 2),
    ):
        for d_model in (1, draw.integer(3, 60)):
            cases.append(("convolutional", seq_len, d_model, kernel_size))
    for given, found in learner.layer_costs.each(cases):
        expect_equal("costs", found, complexity.layer_costs(*given))


@layer_checks.check(points=1)
def exact_powers_of_the_kernel(learner, draw):
    """Where the length is an exact power of the kernel size, or one more, the path must be exact."""
    cases = []
    for kernel_size, power in ((3, 2), (5, 3), (3, draw.integer(3, 6)), (10, 3), (6, 3), (2, 40)):
        exact = kernel_size**power
        cases += [("convolutional", seq_len, 8, kernel_size) for seq_len in (exact, exact + 1)]
    for given, found in learner.layer_costs.each(cases):
        expect_equal("costs", found, complexity.layer_costs(*given))


exposing_checks = HiddenChecks("07.7")
exposing_checks.outside("answer*", "many inputs expose the suspect; a little changed, it is another of them")


def exposing_points(learner):
    """Return how many points there are once they are seen to expose the suspect."""
    lengths, costs = expect_parts("lengths, costs", learner.expose_growth_exponent(), 2)
    lengths, costs = expect_array("lengths", lengths, "n_points"), expect_array("costs", costs, "n_points")
    expect(len(lengths) == len(costs) > 1, "costs: expected two or more, as many as lengths, got others.")
    expect(min(*lengths, *costs) > 0, "lengths, costs: expected positive numbers, got 0 or less.")
    expect(len(set(lengths.tolist())) == len(lengths), "lengths: expected no length twice, got one twice.")
    wrong = puzzles.suspect_growth_exponent(lengths, costs)
    expect_exposed("lengths, costs", right=complexity.growth_exponent(lengths, costs), wrong=wrong)
    return len(lengths)


@exposing_checks.check(points=2, gate=True)
def exposes_the_suspect(learner, draw):
    """On your points the suspect must give another slope than the line that fits best."""
    exposing_points(learner)


@exposing_checks.check(points=2)
def with_as_few_points_as_possible(learner, draw):
    """Three points must be enough to show it."""
    expect_fewest("points", exposing_points(learner), 3)
