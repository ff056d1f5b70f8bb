"""Hidden checks of lesson 08: sparse, chunked and linear attention.

Claims about cost are checked twice, at lengths that are drawn: by counts inside the worker, and by what the
kernel says of a worker as a whole. Limits leave room for Python loops over positions or blocks.
"""

import math
from functools import partial
from itertools import cycle, product
from typing import Any

import numpy as np
from checks.heads import expect_arguments_kept, expect_heads_kept, score_regions
from reference import puzzles
from reference.cpu import attention as cpu_attention
from reference.cpu import efficient as reference

from autograde.compare import (
    expect,
    expect_close,
    expect_dtype,
    expect_pair,
    expect_precise,
    expect_shape,
    expect_unchanged,
)
from autograde.exercise import HiddenChecks, answers
from autograde.expose import expect_array, expect_exposed, expect_fewest, expect_parts
from autograde.growth import expect_growth, expect_growth_outside

MIB = 1 << 20
GROWTH = {"flops": 1.4, "peak_bytes": 1.4}
CPU_S = 8.0  # a third of what every pair of 110,000 positions takes, at two operations each


def dense(query, key, value, mask=True):
    """Return output and lse of ordinary attention, with every score in memory."""
    scores = query @ np.swapaxes(key, -1, -2) / math.sqrt(query.shape[-1])
    scores = np.where(mask, scores, -np.inf)
    highest = scores.max(axis=-1, keepdims=True)
    exponentials = np.exp(scores - highest)
    total = exponentials.sum(axis=-1, keepdims=True)
    return exponentials / total @ value, (highest + np.log(total))[..., 0]


def draw_heads(draw, *batch, length=None, dtype=np.float64, scale=1.0):
    """Return query, key and value of one sequence, with different numbers of features."""
    seq_len, d_head, d_value = draw.sizes(3, low=3)
    seq_len = length or seq_len + 6
    sizes = (d_head, d_head, d_value)
    return [draw.normal(*batch, seq_len, size, dtype=dtype, scale=scale) for size in sizes]


def far_apart(draw, *shapes, **sizes):
    """Yield query, key and value with scores of hundreds to billions, so far apart that float32 would do."""
    for arrays in draw.magnitudes(*shapes):
        yield tuple(map(np.trunc, arrays))
    query, key, value = draw.arrays(*shapes, **sizes)
    order = 1.0 + draw.permutation(len(key))
    for largest, sign in ((90.0, 1), (4000.0, 1), (4000.0, -1), (60_000.0, -1)):
        query, key = query.copy(), key.copy()
        query[:, 0], key[:, 0] = largest, sign * order
        yield query, key, value
    query, key, value = map(np.trunc, draw.arrays(*shapes, **sizes, d_head=4))
    for largest in (400.0, -400.0):  # scores of ten thousand with small differences, exact in float32
        query[:, 0], key[:, 0] = 64.0, largest
        yield query, key.copy(), value


def expect_cost(learner_function, function, draw, settings, growth, kv_len=lambda length, *arguments: length):
    """Expect the answer of `function`, and counted costs that grow slower with the length than `growth` says.

    Both lengths are below 1,000, and a block of 512 is a block in the longer one. Each setting is a number
    of leading axes and the arguments after query, key and value; `kv_len` says how many keys go with a length
    and with these arguments. Values are as wide as keys or wider, and arrays lie in either order. Where
    numbers have left the count, such as for a loop in plain Python, the kernel is asked.
    """
    kinds = cycle(
        ((4, 4, np.float64, "C"), (2, 3, np.float32, "F"), (1, 1, np.float64, "C"), (3, 2, np.float64, "F"))
    )
    for (leading, *arguments), (width, d_value, dtype, order) in zip(settings, kinds, strict=False):
        costs, lengths = [], [draw.integer(470, 499), draw.integer(950, 999)]
        for length in lengths:
            keys = kv_len(length, *arguments)
            sizes = (length, width), (keys, width), (keys, d_value)
            inputs = [draw.normal(*leading, *size).astype(dtype, order=order) for size in sizes]
            cost = learner_function.observed("cost_numpy", *inputs, *arguments)
            expect_answer(cost["value"], function(*inputs, *arguments))
            costs.append(cost)
        for kind, exponent in growth.items():
            counted = [max(1, cost[kind]) for cost in costs]
            expect_growth(kind.replace("_", " "), lengths, counted, below=exponent)
        if "flops" in growth and any(cost["escapes"] or not cost["flops"] for cost in costs):
            expect_cost_outside(learner_function, function, draw, 16_000, leading, *arguments)


def expect_cost_outside(learner_function, function, draw, longest, leading, *arguments):
    """Expect the answer of `function` in workers of their own, at about `longest` positions and at a quarter.

    Memory and processor time must grow as the length does. Loops over positions take a quarter of the limit.
    """

    def measured(length):
        inputs = [draw.normal(*leading, length, 2) for _ in range(3)]
        cost = learner_function.measured(*inputs, *arguments, cpu_s=CPU_S)
        expect_answer(cost["value"], function(*inputs, *arguments))
        return cost

    expect_growth_outside([draw.integer(*each) for each in around(longest)], measured)


def around(longest):
    """Return the ends between which two lengths are drawn."""
    return (9 * longest // 40, 11 * longest // 40), (19 * longest // 20, 21 * longest // 20)


def expect_answer(answer, right):
    """Compare an array, or the parts of a tuple."""
    if isinstance(right, tuple):
        answer = expect_pair("output and lse", answer)
        for name, found, wanted in zip(("output", "lse"), answer, right, strict=True):
            expect_close(name, found, wanted)
    else:
        expect_close("output", answer, right)


mask_checks = HiddenChecks("08.1")


@mask_checks.check(points=2, gate=True)
def both_sides_of_the_diagonal(learner, draw):
    """local_mask must be True where two positions are at most `window` apart, on either side."""
    for window in (1, 2, draw.integer(3, 5)):
        seq_len = draw.integer(7, 11)
        expect_close("mask", learner.local_mask(seq_len, window), reference.local_mask(seq_len, window))


@mask_checks.check(points=2)
def only_every_few(learner, draw):
    """dilated_mask must keep the distances that the dilation divides, up to the window in positions."""
    for dilation in (1, 2, 3):
        seq_len, window = draw.integer(9, 13), draw.integer(4, 7)
        mask = learner.dilated_mask(seq_len, window, dilation)
        expect_close(f"mask at dilation {dilation}", mask, reference.dilated_mask(seq_len, window, dilation))


@mask_checks.check(points=1)
def the_ends_of_the_range(learner, draw):
    """A window of 0 keeps the diagonal, a wide one everything, and one position always sees itself; a
    thousand positions are masked to their end."""
    wide, long = draw.integer(9, 99), draw.integer(1030, 1090)
    cases = (6, 0), (5, 1), (5, 4), (5, wide), (5, wide + 3), (1, 0), (1, 3), (long, 3)
    for given, mask in learner.local_mask.each(cases):
        expect_close("local mask", mask, reference.local_mask(*given))
    for given, mask in learner.dilated_mask.each((*case, dilation) for case in cases for dilation in (2, 12)):
        expect_close("dilated mask", mask, reference.dilated_mask(*given))


window_checks = HiddenChecks("08.2")

WINDOW = "... seq_len d_head", "... seq_len d_head", "... seq_len d_value"


def expect_window(learner, *cases, expect_same=expect_close):
    """Compare with attention under the mask of lesson 08.1, and return the outputs.

    A case is the inputs, and then a window and perhaps a dilation.
    """
    outputs = []
    asked = learner.sliding_window_attention.each([*inputs, *arguments] for inputs, *arguments in cases)
    for (query, key, value, *arguments), output in asked:
        window, dilation = (*arguments, 1)[:2]
        mask = reference.dilated_mask(query.shape[-2], window, dilation)
        wanted, _ = dense(*(each.astype(np.float64) for each in (query, key, value)), mask=mask)
        expect_same(f"output at window {window}, dilation {dilation}", output, wanted.astype(query.dtype))
        outputs.append(output)
    return outputs


@window_checks.check(points=1, gate=True)
def agrees_with_the_masked_matrix(learner, draw):
    """The output must be that of attention with a local mask."""
    inputs = draw_heads(draw)
    expect_window(learner, (inputs, 1), (inputs, draw.integer(2, 4)))


@window_checks.check(points=1)
def skips_what_is_between(learner, draw):
    """With a dilation the output must be that of attention with a dilated mask, in a batch too."""
    cases = []
    for dilation, leading in ((2, ()), (3, ()), (2, (2,)), (3, (1,))):
        inputs = draw_heads(draw, *leading, length=draw.integer(11, 15))
        cases.append((inputs, draw.integer(3, 7), dilation))
    expect_window(learner, *cases)


@window_checks.check(points=1, precision=True)
def nine_digits(learner, draw):
    """Numbers in float64 must be right to nine digits: nothing may be computed in float32, nothing added."""
    inputs = draw.arrays(*WINDOW, seq_len=draw.integer(9, 13), d_head=draw.integer(6, 7))  # no whole root
    expect_window(learner, (inputs, 2), expect_same=expect_precise)


@window_checks.check(points=1)
def windows_of_every_width(learner, draw):
    """A window of 0 must give the values, one wider than the sequence full attention; one position is enough,
    and so is one feature."""
    inputs = draw_heads(draw)
    cases = [(inputs, 0), (inputs, len(inputs[0]) + draw.integer(3, 9)), (inputs, 3, draw.integer(4, 30))]
    cases.append((draw_heads(draw, length=1100), draw.integer(300, 400)))
    for inputs in draw.extents(*WINDOW):
        cases += (inputs, 2), (inputs, 5, 2)
    expect_window(learner, *cases)


@window_checks.check(points=1)
def large_scores_in_the_window(learner, draw):
    """Scores of hundreds and of ten thousands must not overflow, whatever lies outside the window."""
    expect_window(learner, *product(far_apart(draw, *WINDOW, seq_len=8), (1, 2)))


@window_checks.check(points=1)
def batches_and_precision(learner, draw):
    """Leading axes must pass through, float32 must stay float32, the arguments must stay as they are."""
    expect_window(learner, *((inputs, 2) for inputs in draw.batches(*WINDOW)))
    for leading in ((), (2,)):
        inputs = draw.arrays(*WINDOW, leading=leading, seq_len=9, dtype=np.float32)
        for arguments in ((2,), (12, 2)):
            (output,) = expect_window(learner, (inputs, *arguments))
            expect_dtype("output", output, np.float32)
            expect_arguments_kept(learner.sliding_window_attention, inputs, *arguments)


@window_checks.check(points=1)
def work_grows_with_the_length(learner, draw):
    """Twice the length must cost twice the work and memory, not four times: no n x n array anywhere."""
    factors = draw.pairs(leading=((), (2,)), window=(3, draw.integer(20, 26)), dilation=(1, 2))
    settings = [tuple(each.values()) for each in factors]
    function = learner.sliding_window_attention
    expect_cost(function, reference.sliding_window_attention, draw, settings, GROWTH)


@window_checks.check(points=2, costly=True)
def a_hundred_thousand_positions(learner, draw):
    """A sequence on which every pair would take half a minute must be done in seconds, and four times the
    length must cost four times the memory and time, with a dilation, a wide window or in a batch too."""
    ask, right = learner.sliding_window_attention, reference.sliding_window_attention
    for longest, *setting in ((110_000, (), 1), (20_000, (2,), 2, 2), (16_000, (), draw.integer(20, 26))):
        expect_cost_outside(ask, right, draw, longest, *setting)


score_regions(window_checks, lambda call, q, k: reference.dilated_mask(q, call["window"], call["dilation"]))


online_checks = HiddenChecks("08.3")


def expect_online(answer, scores, expect_same=expect_close):
    """Compare with the maximum and the total of the whole rows."""
    found_maximum, found_total = expect_pair("maximum and total", answer)
    maximum = scores.max(axis=-1)
    shift = np.where(np.isneginf(maximum), 0.0, maximum)
    expect_same("maximum", found_maximum, maximum)
    expect_same("total", found_total, np.exp(scores - shift[..., None]).sum(axis=-1))


def cut(scores, *places):
    """Return the blocks of some rows."""
    return np.split(scores, places, axis=-1)


@online_checks.check(points=2, gate=True)
def as_if_it_were_one_row(learner, draw):
    """Maximum and total must be those of the whole row, wherever it is cut."""
    for places in ((4, 8), (3,), (1, 2, 3)):
        scores = draw.normal(draw.integer(3, 6), 11, scale=2.0)
        scores[:, draw.integer(0, 10)] = draw.integer(1, 3)  # no row lies wholly below 0
        expect_online(learner.online_softmax(cut(scores, *places)), scores)


@online_checks.check(points=1)
def the_maximum_moves_up(learner, draw):
    """When a later block holds a much larger score, what was summed before must be rescaled, not lost."""
    scores = np.sort(draw.normal(5, 12, scale=3.0), axis=-1)
    for each in (scores, scores[:, ::-1]):
        expect_online(learner.online_softmax(cut(each, 4, 8)), each)
        expect_online(learner.online_softmax(cut(each, 1, 2, 4, 7, 9, 11)), each)


@online_checks.check(points=1)
def scores_of_thousands(learner, draw):
    """Scores of hundreds and of ten thousands must neither overflow nor vanish."""
    scores = draw.normal(4, 10) + np.linspace(-2000, 2000, 4)[:, None]
    exact = scores.astype(np.float32).astype(np.float64)  # what float32 holds exactly
    for each in (exact, *(array for (array,) in draw.magnitudes("rows_len kv_len", kv_len=9))):
        expect_online(learner.online_softmax(cut(each, 3, 6)), each)


@online_checks.check(points=1, precision=True)
def nine_digits_of_both(learner, draw):
    """Numbers in float64 must be right to nine digits: nothing may be computed in float32, nothing added."""
    scores = draw.normal(5, 11, scale=2.0)
    expect_online(learner.online_softmax(cut(scores, 4, 8)), scores, expect_precise)


@online_checks.check(points=1)
def masked_blocks(learner, draw):
    """A block of nothing but -inf must change nothing, however low the other scores; a row of -inf has the
    maximum -inf and the total 0."""
    low, single = draw.normal(4, 9).round() - 20_000, draw.normal(4, 9, dtype=np.float32)
    for scores in (draw.normal(4, 9), low, single):
        scores[0, :3] = scores[1, 3:6] = scores[2, 6:] = scores[3] = scores[:2, 7] = -np.inf
        expect_online(learner.online_softmax(cut(scores, 3, 6)), scores)


@online_checks.check(points=1)
def any_number_of_axes(learner, draw):
    """One row, and rows of heads in a batch, must work as well, in blocks of any length, few or many, each
    read once; the blocks must stay as they are."""
    for dtype in (np.float64, np.float32):
        scores = draw.normal(2, 300, dtype=dtype)
        expect_online(learner.online_softmax.once(cut(scores, *range(1, 300))), scores)
    cases: list[Any] = []
    for (scores,) in (*draw.batches("... q_len kv_len", kv_len=9), *draw.extents("... q_len kv_len")):
        cases += (
            (scores, cut(scores)),
            (scores, cut(scores, *(scores.shape[-1] // 2,)[: scores.shape[-1] - 1])),
        )
    found = answers(learner, (learner.online_softmax.later.once(blocks) for _, blocks in cases))
    for (scores, _), (_, answer) in zip(cases, found, strict=True):
        expect_online(answer, scores)
    for scores in (draw.normal(9), draw.normal(2, 3, 9)):
        blocks = cut(scores, 2, 7)
        answer, (after,), _ = learner.online_softmax.with_arguments(blocks)
        expect_online(answer, scores)
        for left, right in zip(after, blocks, strict=True):
            expect_unchanged("block", left, right)


online_checks.region(
    "-inf within a block",
    lambda call: any(
        (np.isneginf(block).any(-1) & ~np.isneginf(block).all(-1)).any() for block in call["scores_blocks"]
    ),
)


@online_checks.stand_in
def online_softmax(scores_blocks):
    import numpy as np

    scores = np.concatenate(list(scores_blocks), axis=-1)
    maximum = scores.max(axis=-1)
    safe = np.where(np.isneginf(maximum), 0, maximum).astype(scores.dtype)
    return maximum, np.exp(scores - safe[..., None]).sum(axis=-1)


chunked_checks = HiddenChecks("08.4")

CHUNKED = "... q_len d_head", "... kv_len d_head", "... kv_len d_value"


def expect_chunked(learner, *cases, expect_same=expect_close):
    """Compare output and lse with those of dense attention, and return the outputs.

    A case is the inputs, a block size and perhaps is_causal.
    """
    outputs = []
    asked = learner.chunked_attention.each([*inputs, *arguments] for inputs, *arguments in cases)
    for (query, key, value, *arguments), answer in asked:
        found = expect_pair("output and lse", answer)
        seen = np.tri(query.shape[-2], key.shape[-2], dtype=bool) if True in arguments[1:] else True
        wanted = dense(*(each.astype(np.float64) for each in (query, key, value)), mask=seen)
        for name, actual, right in zip(("output", "lse"), found, wanted, strict=True):
            expect_same(name, actual, right.astype(query.dtype))
        outputs.append(found[0])
    return outputs


@chunked_checks.check(points=2, gate=True)
def the_same_as_attention(learner, draw):
    """Output and lse must be those of attention, whatever the block size."""
    expect_chunked(learner, *product([draw_heads(draw, length=12)], (4, 3)))


@chunked_checks.check(points=1)
def blocks_that_do_not_fit(learner, draw):
    """The last block may be shorter, a block may hold one key, or more keys than there are; one query, one
    key and one feature are enough."""
    cases = product([draw_heads(draw, length=11)], (4, 5, 10, 1, 11, 64))
    expect_chunked(learner, *cases, *((inputs, 150) for inputs in draw.extents(*CHUNKED)))


@chunked_checks.check(points=2)
def no_look_ahead(learner, draw):
    """With is_causal, query i must see the keys up to i, with as many keys as queries, more or fewer."""
    cases = []
    for q_len, kv_len in ((9, 9), (4, 11), (11, 4), (1, 6), (6, 1)):
        for leading, block_size in (((), 3), ((1,), 1), ((2,), 4)):
            inputs = draw.arrays(*CHUNKED, leading=leading, q_len=q_len, kv_len=kv_len)
            cases.append((inputs, block_size, True))
    expect_chunked(learner, *cases)


@chunked_checks.check(points=1)
def large_scores(learner, draw):
    """Scores far above or below 0, hidden ones too, and a maximum in any block, must change nothing."""
    expect_chunked(learner, *product(far_apart(draw, *CHUNKED, q_len=7, kv_len=8), (3,), (False, True)))


@chunked_checks.check(points=1, precision=True)
def nine_digits_of_the_output(learner, draw):
    """Numbers in float64 must be right to nine digits: nothing may be computed in float32, nothing added."""
    expect_chunked(learner, (draw_heads(draw, length=12), 5), expect_same=expect_precise)


@chunked_checks.check(points=1)
def heads_and_precision(learner, draw):
    """Leading axes must pass through, float32 must stay float32, the arguments must stay as they are."""
    expect_chunked(learner, *product(draw.batches(*CHUNKED), (3,), (False, True)))
    for leading, block_size in (((), 3), ((2,), 1)):
        inputs = draw.arrays(*CHUNKED, leading=leading, kv_len=11, dtype=np.float32)
        for is_causal in (False, True):
            (output,) = expect_chunked(learner, (inputs, block_size, is_causal))
            expect_dtype("output", output, np.float32)
            expect_arguments_kept(learner.chunked_attention, inputs, block_size, is_causal)


@chunked_checks.check(points=1)
def memory_grows_with_the_length(learner, draw):
    """Twice the length must take twice the memory, not four times."""
    factors = draw.pairs(leading=((), (2,)), block_size=(256, draw.integer(12, 20)), is_causal=(False, True))
    settings = [tuple(each.values()) for each in factors]
    function, growth = learner.chunked_attention, {"peak_bytes": GROWTH["peak_bytes"]}
    expect_cost(function, reference.chunked_attention, draw, settings, growth, whole_blocks)


def whole_blocks(length, block_size, *_):
    """Return `length`, or with blocks of a few keys as many keys as fill them."""
    return length if block_size > 20 else length // block_size * block_size


@chunked_checks.check(points=2, costly=True)
def fits_where_the_matrix_does_not(learner, draw):
    """Sequences whose scores do not fit into memory must be done all the same, and four times the length
    must take four times the memory, causal or not."""
    for longest, *leading, is_causal in ((5_600, False), (2_700, 2, True)):
        lengths = [draw.integer(*each) for each in around(longest)]
        measured = partial(expect_chunked_outside, learner, draw, leading, is_causal)
        expect_growth_outside(lengths, measured, kinds=("peak_bytes",))


def expect_chunked_outside(learner, draw, leading, is_causal, length):
    """Expect some rows of an answer that has a worker to itself; return what it cost."""
    inputs = [draw.normal(*leading, length, 2) for _ in range(3)]
    ask = learner.chunked_attention.measured
    cost = ask(*inputs, 256, is_causal=is_causal, memory_bytes=112 * MIB, cpu_s=CPU_S)
    expect_some_rows(cost["value"], inputs, is_causal, (0, 1, 300, draw.integer(301, length - 1)))
    return cost


def expect_some_rows(answer, inputs, is_causal, rows):
    """Compare some rows with those of dense attention, which does not hold them all."""
    query, key, value = inputs
    output, lse = expect_pair("output and lse", answer)
    expect_shape("output", output, value.shape)
    expect_shape("lse", lse, query.shape[:-1])
    for row in (*rows, query.shape[-2] - 1):
        seen = slice(0, row + 1) if is_causal else slice(None)
        wanted = dense(query[..., row : row + 1, :], key[..., seen, :], value[..., seen, :])
        # Many values average to little: how far off that is, their own size says.
        expect_close(f"output at {row}", output[..., row : row + 1, :], wanted[0], atol=1e-5)
        expect_close(f"lse at {row}", lse[..., row : row + 1], wanted[1])


score_regions(
    chunked_checks, lambda call, q, k: np.tri(q, k, dtype=bool) if call["is_causal"] else np.array(True)
)


linear_checks = HiddenChecks("08.5")


def phi(x):
    """Return elu(x) + 1."""
    return np.where(x > 0, x + 1, np.exp(np.minimum(x, 0)))


def quadratic(query, key, value, is_causal=False):
    """Return linear attention by way of its n x n weights."""
    weights = phi(query) @ np.swapaxes(phi(key), -1, -2)
    weights = np.tril(weights) if is_causal else weights
    return weights / weights.sum(axis=-1, keepdims=True) @ value


def expect_linear(learner, *cases, expect_same=expect_close):
    """Compare with the n x n weights, and return the outputs; a case is the inputs and perhaps is_causal."""
    outputs = []
    asked = learner.linear_attention.each([*inputs, *arguments] for inputs, *arguments in cases)
    for (query, key, value, *arguments), output in asked:
        wanted = quadratic(*(each.astype(np.float64) for each in (query, key, value)), *arguments)
        expect_same("output", output, wanted.astype(query.dtype))
        outputs.append(output)
    return outputs


def expect_steps(learner, inputs, steps=None, expect_same=expect_close):
    """Go through a sequence step by step and compare each output with its row of the causal form."""
    state, wanted = None, quadratic(*inputs, is_causal=True).astype(inputs[0].dtype)
    for row in range(inputs[0].shape[-2])[:steps]:
        token = [each[..., row, :] for each in inputs]
        output, state = expect_pair("output and state", learner.linear_attention_step(state, *token))
        expect_same(f"output of step {row}", output, wanted[..., row, :])


def positive(inputs):
    """Return inputs whose queries and keys are 0 or more: φ of numbers far below 0 is 0, and 0 / 0 NaN.

    With one feature, -2 is far enough that a small number added to the sum shows beyond its precision.
    """
    query, key, value = inputs
    return abs(query), abs(key), value


@linear_checks.check(points=1, gate=True)
def a_weighted_mean_of_the_values(learner, draw):
    """Each output must be the mean of the values, weighted by φ(q)·φ(k)."""
    expect_linear(learner, [draw_heads(draw)], [draw_heads(draw)])


@linear_checks.check(points=2)
def no_look_ahead_in_the_sums(learner, draw):
    """With is_causal, both sums of row i must stop at i, for small numbers and large ones."""
    expect_linear(learner, (draw_heads(draw), True), [(draw.normal(5, 5),) * 3])
    for inputs in map(positive, draw.magnitudes(*WINDOW)):
        expect_linear(learner, [inputs], (inputs, True))


@linear_checks.check(points=2)
def one_token_at_a_time(learner, draw):
    """Step by step, each output must be the row of causal linear attention, in a batch too."""
    expect_steps(learner, draw_heads(draw))
    expect_steps(learner, (draw.normal(5, 5),) * 3)
    for inputs in (*draw.batches(*WINDOW), *map(positive, draw.magnitudes(*WINDOW))):
        expect_steps(learner, inputs, 3)
    for inputs in map(positive, draw.extents(*WINDOW, seq_len=2)):
        expect_steps(learner, inputs)


@linear_checks.check(points=1, precision=True)
def nine_digits_of_the_mean(learner, draw):
    """Numbers in float64 must be right to nine digits: nothing may be computed in float32, nothing added."""
    inputs = draw_heads(draw)
    expect_linear(learner, (inputs, False), (inputs, True), expect_same=expect_precise)
    expect_steps(learner, inputs, 3, expect_same=expect_precise)


@linear_checks.check(points=1, costly=True)
def a_state_that_does_not_grow(learner, draw):
    """The state must be as large after many tokens as after two, and stay as it was for whoever keeps it."""
    inputs = draw_heads(draw, length=1030)
    tokens = list(zip(*inputs, strict=True))
    state = early = before = None
    for number, token in enumerate(tokens):
        if 2 < number % 10 < 9:
            answer = learner.linear_attention_step(state, *token)
        else:
            answer, (before, *after), _ = learner.linear_attention_step.with_arguments(state, *token)
            expect_heads_kept(after, token)
        output, state = expect_pair("output and state", answer)
        early = state if number == 1 else early
        if number == 99:  # what grows is slow later on
            expect_same_size(learner.linear_attention_step, early, state, token, number + 1)
    expect_close("output of the last step", output, quadratic(*inputs)[-1])
    again, _ = learner.linear_attention_step(before, *token)
    expect_close("output of the same step from the same state", again, output)
    expect_same_size(learner.linear_attention_step, early, state, tokens[-1], len(tokens))


def expect_same_size(step, early, late, token, count):
    """Expect a state after `count` tokens to hold no more than after 2, and a step with it to cost no more.

    What an object of its own holds, or what a number stands for, is not seen from here; what a step costs is.
    """
    states = early, late
    held = {
        "numbers": [numbers_in(state) for state in states],
        "operations a step": [step.observed("cost_numpy", state, *token)["flops"] for state in states],
    }
    for what, (few, many) in held.items():
        message = f"state: {few} {what} after 2 tokens, {many} after {count}. Add up, do not collect."
        expect(many <= few, message)


def numbers_in(value):
    """Return how many numbers, letters or bytes an answer holds; 0 for an object that stays where it is."""
    if isinstance(value, dict):
        return sum(map(numbers_in, value.values()))
    if isinstance(value, tuple | list):
        return sum(map(numbers_in, value))
    if isinstance(value, str | bytes):
        return len(value)
    return int(np.size(value)) if isinstance(value, int | float | np.ndarray | np.generic) else 0


@linear_checks.check(points=1)
def batches_of_linear_attention(learner, draw):
    """Leading axes must pass through, float32 must stay float32, the arguments must stay as they are; one
    position and one feature are enough."""
    cases: list[Any] = []
    for inputs in (*draw.batches(*WINDOW), *map(positive, draw.extents(*WINDOW))):
        cases += [inputs], (inputs, True)
    expect_linear(learner, *cases)
    for leading, is_causal in (((), False), ((2,), True), ((2,), False)):
        inputs = draw.arrays(*WINDOW, leading=leading, dtype=np.float32)
        (output,) = expect_linear(learner, (inputs, is_causal))
        expect_dtype("output", output, np.float32)
        expect_arguments_kept(learner.linear_attention, inputs, is_causal)
    token = [each[:, 0] for each in inputs]
    (output, _), (_, *after), _ = learner.linear_attention_step.with_arguments(None, *token)
    expect_close("output of a step", output, token[2])
    expect_heads_kept(after, token)


@linear_checks.check(points=1)
def linear_work(learner, draw):
    """Twice the length must cost twice the work and memory, not four times."""
    settings = [(leading, is_causal) for leading in ((), (2,)) for is_causal in (False, True)]
    expect_cost(learner.linear_attention, reference.linear_attention, draw, settings, GROWTH)


@linear_checks.check(points=2, costly=True)
def a_hundred_thousand_tokens(learner, draw):
    """A sequence on which every pair would take half a minute must be done in seconds, and four times the
    length must cost four times the memory and time, causal or not."""
    for longest, *setting in ((110_000, (), False), (40_000, (), True), (20_000, (2,), True)):
        expect_cost_outside(learner.linear_attention, reference.linear_attention, draw, longest, *setting)


linear_checks.region(
    "the second step of a batch",
    lambda call: call["state"] is not None and len(call.leading) > 0,
    of="linear_attention_step",
)
linear_checks.outside("linear_attention_step: answer[[]1]*", "what a state is made of is free")
linear_checks.outside(
    "linear_attention_step: cost_numpy*", "compared is what an early step and a late one cost"
)


exposing_checks = HiddenChecks("08.8")
exposing_checks.outside("answer*", "many inputs expose the suspect; a little changed, it is another of them")


def exposing_numbers(learner):
    """Return how many numbers there are once they are seen to expose the suspect."""
    parts = expect_parts("query, key, value", learner.expose_chunked_attention(), 3)
    query = expect_array("query", parts[0], "q_len d_head")
    key = expect_array("key", parts[1], "kv_len d_head")
    value = expect_array("value", parts[2], "kv_len d_value")
    fits = query.shape[1] == key.shape[1] and len(key) == len(value)
    expect(fits, "query, key, value: expected shapes that fit each other, got others.")
    right, _ = cpu_attention.attention(query, key, value)
    wrong = puzzles.suspect_chunked_attention(query, key, value)
    expect_exposed("query, key, value", right=right, wrong=wrong)
    return query.size + key.size + value.size


@exposing_checks.check(points=2, gate=True)
def exposes_the_suspect(learner, draw):
    """On your query, key and value the suspect must give another output than attention."""
    exposing_numbers(learner)


@exposing_checks.check(points=2)
def with_as_few_numbers_as_possible(learner, draw):
    """Five numbers in all must be enough to show it."""
    expect_fewest("numbers", exposing_numbers(learner), 5)
