"""Hidden checks of lesson 08: sparse, chunked and linear attention. Those of its kernel: see the end.

Claims about cost are checked twice: by counts inside the worker, and by limits from outside, at a length
that is drawn. The limits leave room for Python loops over positions or blocks.
"""

import math

import numpy as np
import torch
from reference.cpu import efficient as reference
from torch.nn.functional import scaled_dot_product_attention

from autograde.compare import (
    expect,
    expect_close,
    expect_dtype,
    expect_precise,
    expect_shape,
    expect_unchanged,
)
from autograde.exercise import HiddenChecks
from autograde.growth import expect_growth, growth_exponent
from autograde.sandbox import gpu

MIB = 1 << 20
LENGTHS = (512, 1024)
"""So long that a block of 512 is a block, so short that a loop over positions can be counted."""


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


def expect_counts_below(learner_function, draw, arguments, exponents):
    """Expect counted costs to grow slower than their exponents.

    What escapes the count of operations is left to the limits; no memory escapes.
    """
    costs = []
    for length in LENGTHS:
        inputs = [draw.normal(length, 4) for _ in range(3)]
        costs.append(learner_function.observed("cost_numpy", *inputs, *arguments))
    escaped = any(cost["escapes"] for cost in costs)
    for kind, exponent in exponents.items():
        counted = [cost[kind] for cost in costs]
        if min(counted) > 0 and not (escaped and kind == "flops"):
            expect_growth(kind.replace("_", " "), LENGTHS, counted, below=exponent)


def pair(answer, names):
    """Return the two parts of an answer; `names` says which they are."""
    expect(isinstance(answer, tuple | list) and len(answer) == 2, f"expected a tuple of {names}.")
    return answer


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
    """A window of 0 keeps the diagonal, a wide one everything, and one position always sees itself."""
    wide = draw.integer(9, 99)
    for seq_len, window in ((6, 0), (5, 4), (5, wide), (5, wide + 3), (1, 0), (1, 3)):
        expect_close("local mask", learner.local_mask(seq_len, window), reference.local_mask(seq_len, window))
        mask = learner.dilated_mask(seq_len, window, 2)
        expect_close("dilated mask", mask, reference.dilated_mask(seq_len, window, 2))


window_checks = HiddenChecks("08.2")


@window_checks.check(points=1, gate=True)
def agrees_with_the_masked_matrix(learner, draw):
    """The output must be that of attention with a local mask."""
    for window in (1, draw.integer(2, 4)):
        query, key, value = draw_heads(draw)
        wanted, _ = dense(query, key, value, reference.local_mask(len(query), window))
        expect_close("output", learner.sliding_window_attention(query, key, value, window), wanted)


@window_checks.check(points=2)
def skips_what_is_between(learner, draw):
    """With a dilation the output must be that of attention with a dilated mask."""
    for dilation in (2, 3):
        query, key, value = draw_heads(draw, length=draw.integer(11, 15))
        window = draw.integer(3, 7)
        wanted, _ = dense(query, key, value, reference.dilated_mask(len(query), window, dilation))
        output = learner.sliding_window_attention(query, key, value, window, dilation)
        expect_close(f"output at dilation {dilation}", output, wanted)


@window_checks.check(points=1, precision=True)
def nine_digits(learner, draw):
    """Numbers in float64 must be right to nine digits: nothing may be computed in float32, nothing added."""
    query, key, value = draw_heads(draw)
    wanted, _ = dense(query, key, value, reference.local_mask(len(query), 2))
    expect_precise("output", learner.sliding_window_attention(query, key, value, 2), wanted)


@window_checks.check(points=1)
def windows_of_every_width(learner, draw):
    """A window of 0 must give the values, one wider than the sequence must give full attention."""
    query, key, value = draw_heads(draw)
    expect_close("output at window 0", learner.sliding_window_attention(query, key, value, 0), value)
    wide = learner.sliding_window_attention(query, key, value, len(query) + draw.integer(3, 9))
    expect_close("output at a wide window", wide, dense(query, key, value)[0])
    first = [each[:1] for each in (query, key, value)]
    expect_close("output for one position", learner.sliding_window_attention(*first, 2), first[2])


@window_checks.check(points=1)
def batches_and_precision(learner, draw):
    """Leading axes must pass through, float32 must stay float32, large scores must not overflow."""
    query, key, value = draw_heads(draw, 2, 3)
    mask = reference.local_mask(query.shape[-2], 2)
    output = learner.sliding_window_attention(query, key, value, 2)
    expect_close("output of a batch", output, dense(query, key, value, mask)[0])
    single = [(each * 30).astype(np.float32) for each in (query, key, value)]
    output = learner.sliding_window_attention(*single, 2)
    wanted = dense(*(each.astype(np.float64) for each in single), mask=mask)[0]
    expect_close("output", output, wanted.astype(np.float32), rtol=1e-3)  # scores of 1e3 in float32
    expect_dtype("output", output, np.float32)


@window_checks.check(points=1)
def work_grows_with_the_length(learner, draw):
    """Twice the length must cost twice the work and memory, not four times: no n x n array anywhere."""
    growth = {"flops": 1.4, "peak_bytes": 1.4}
    expect_counts_below(learner.sliding_window_attention, draw, (3,), growth)


@window_checks.check(points=2, costly=True)
def a_hundred_thousand_positions(learner, draw):
    """A sequence on which every pair would take a minute must be done in seconds."""
    length = draw.integer(105_000, 115_000)
    query, key, value = (draw.normal(length, 8) for _ in range(3))
    output = learner.sliding_window_attention.limited(query, key, value, 1, timeout_s=20.0)
    expect_close("output", output, reference.sliding_window_attention(query, key, value, 1))


online_checks = HiddenChecks("08.3")


def expect_online(answer, scores, expect_same=expect_close):
    """Compare with the maximum and the total of the whole rows."""
    found_maximum, found_total = pair(answer, "maximum and total")
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
        expect_online(learner.online_softmax(cut(scores, *places)), scores)


@online_checks.check(points=1)
def the_maximum_moves_up(learner, draw):
    """When a later block holds a much larger score, what was summed before must be rescaled, not lost."""
    scores = np.sort(draw.normal(5, 12, scale=3.0), axis=-1)
    expect_online(learner.online_softmax(cut(scores, 4, 8)), scores)
    expect_online(learner.online_softmax(cut(scores[:, ::-1], 4, 8)), scores[:, ::-1])


@online_checks.check(points=1)
def scores_of_thousands(learner, draw):
    """Large scores must neither overflow nor vanish."""
    scores = draw.normal(4, 10) + np.linspace(-2000, 2000, 4)[:, None]
    scores = scores.astype(np.float32).astype(np.float64)  # what float32 holds exactly
    expect_online(learner.online_softmax(cut(scores, 3, 6)), scores)


@online_checks.check(points=1, precision=True)
def nine_digits_of_both(learner, draw):
    """Numbers in float64 must be right to nine digits: nothing may be computed in float32, nothing added."""
    scores = draw.normal(5, 11, scale=2.0)
    expect_online(learner.online_softmax(cut(scores, 4, 8)), scores, expect_precise)


@online_checks.check(points=1)
def masked_blocks(learner, draw):
    """A block of nothing but -inf must change nothing; a row of -inf has the maximum -inf and the total 0."""
    scores = draw.normal(4, 9)
    scores[0, :3] = scores[1, 3:6] = scores[2, 6:] = scores[3] = -np.inf
    expect_online(learner.online_softmax(cut(scores, 3, 6)), scores)


@online_checks.check(points=1)
def any_number_of_axes(learner, draw):
    """One row, and rows of heads in a batch, must work as well; the blocks must stay as they are."""
    row, cube = draw.normal(9), draw.normal(2, 3, 4, 9)
    expect_online(learner.online_softmax(cut(row, 2, 7)), row)
    expect_online(learner.online_softmax(cut(cube, 5)), cube)
    expect_online(learner.online_softmax([cube]), cube)
    blocks = cut(cube, 5)
    _, after, _ = learner.online_softmax.with_arguments([block.copy() for block in blocks])
    for left, right in zip(after[0], blocks, strict=True):
        expect_unchanged("block", left, right)


@online_checks.stand_in
def online_softmax(scores_blocks):
    import numpy as np

    scores = np.concatenate(list(scores_blocks), axis=-1)
    maximum = scores.max(axis=-1)
    safe = np.where(np.isneginf(maximum), 0, maximum).astype(scores.dtype)
    return maximum, np.exp(scores - safe[..., None]).sum(axis=-1)


chunked_checks = HiddenChecks("08.4")


def expect_chunked(answer, query, key, value, mask=True, expect_same=expect_close, **options):
    """Compare output and lse with those of dense attention; the options hold for the output."""
    found_output, found_lse = pair(answer, "output and lse")
    output, lse = dense(query, key, value, mask)
    expect_same("output", found_output, output, **options)
    expect_same("lse", found_lse, lse)


@chunked_checks.check(points=2, gate=True)
def the_same_as_attention(learner, draw):
    """Output and lse must be those of attention, whatever the block size."""
    query, key, value = draw_heads(draw, length=12)
    for block_size in (4, 3):
        expect_chunked(learner.chunked_attention(query, key, value, block_size), query, key, value)


@chunked_checks.check(points=1)
def blocks_that_do_not_fit(learner, draw):
    """The last block may be shorter, a block may hold one key, or more keys than there are."""
    query, key, value = draw_heads(draw, length=11)
    for block_size in (4, 5, 10, 1, 11, 64):
        expect_chunked(learner.chunked_attention(query, key, value, block_size), query, key, value)


@chunked_checks.check(points=2)
def no_look_ahead(learner, draw):
    """With is_causal, query i must see the keys up to i, with as many keys as queries, more or fewer."""
    for q_len, kv_len in ((9, 9), (4, 11), (11, 4)):
        query, key, value = draw.normal(q_len, 3), draw.normal(kv_len, 3), draw.normal(kv_len, 2)
        mask = np.tri(q_len, kv_len, dtype=bool)
        for block_size in (3, 4):
            answer = learner.chunked_attention(query, key, value, block_size, is_causal=True)
            expect_chunked(answer, query, key, value, mask)


@chunked_checks.check(points=1)
def large_scores(learner, draw):
    """Scores far above or below 0, and a maximum in any block, must change nothing."""
    query, key, value = draw_heads(draw, length=12, scale=30.0)
    order = np.argsort(key @ query[0])
    for each in (order, order[::-1]):
        answer = learner.chunked_attention(query, key[each], value[each], 4)
        expect_chunked(answer, query, key[each], value[each], rtol=1e-3)  # scores of 1e3 in float32
    query, key = 30 + abs(query), -30 - abs(key)
    expect_chunked(learner.chunked_attention(query, key, value, 4), query, key, value, rtol=1e-3)


@chunked_checks.check(points=1, precision=True)
def nine_digits_of_the_output(learner, draw):
    """Numbers in float64 must be right to nine digits: nothing may be computed in float32, nothing added."""
    query, key, value = draw_heads(draw, length=12)
    answer = learner.chunked_attention(query, key, value, 5)
    expect_chunked(answer, query, key, value, expect_same=expect_precise)


@chunked_checks.check(points=1)
def heads_and_precision(learner, draw):
    """Leading axes must pass through, also with different lengths, and float32 must stay float32."""
    query, key, value = draw_heads(draw, 2, 3)
    query = query[..., :4, :]
    for is_causal in (False, True):
        mask = np.tri(4, key.shape[-2], dtype=bool) if is_causal else True
        answer = learner.chunked_attention(query, key, value, 3, is_causal=is_causal)
        expect_chunked(answer, query, key, value, mask)
    single = [each.astype(np.float32) for each in (query, key, value)]
    output, lse = pair(learner.chunked_attention(*single, 3), "output and lse")
    wanted = [each.astype(np.float32) for each in dense(query, key, value)]
    expect_close("output", output, wanted[0])
    expect_close("lse", lse, wanted[1])
    expect_dtype("output", output, np.float32)


@chunked_checks.check(points=1)
def memory_grows_with_the_length(learner, draw):
    """Twice the length must take twice the memory, not four times."""
    expect_counts_below(learner.chunked_attention, draw, (256,), {"peak_bytes": 1.4})


@chunked_checks.check(points=2, costly=True)
def fits_where_the_matrix_does_not(learner, draw):
    """A sequence whose scores do not fit into memory must be done all the same."""
    length = draw.integer(5600, 6200)
    query, key, value = (draw.normal(length, 2) for _ in range(3))
    limits = {"memory_bytes": 176 * MIB, "timeout_s": 20.0}
    is_causal = draw.choice([True, False])
    answer = learner.chunked_attention.limited(query, key, value, 256, is_causal=is_causal, **limits)
    output, lse = pair(answer, "output and lse")
    expect_shape("output", output, (length, 2))
    expect_shape("lse", lse, (length,))
    for row in (0, 1, 300, draw.integer(301, length - 2), length - 1):
        seen = slice(0, row + 1) if is_causal else slice(None)
        wanted = dense(query[row : row + 1], key[seen], value[seen])
        expect_close(f"output at {row}", output[row : row + 1], wanted[0])
        expect_close(f"lse at {row}", lse[row : row + 1], wanted[1])


linear_checks = HiddenChecks("08.5")


def phi(x):
    """Return elu(x) + 1."""
    return np.where(x > 0, x + 1, np.exp(np.minimum(x, 0)))


def quadratic(query, key, value, is_causal=False):
    """Return linear attention by way of its n x n weights."""
    weights = phi(query) @ np.swapaxes(phi(key), -1, -2)
    weights = np.tril(weights) if is_causal else weights
    return weights / weights.sum(axis=-1, keepdims=True) @ value


@linear_checks.check(points=1, gate=True)
def a_weighted_mean_of_the_values(learner, draw):
    """Each output must be the mean of the values, weighted by φ(q)·φ(k)."""
    for _ in range(2):
        query, key, value = draw_heads(draw)
        expect_close("output", learner.linear_attention(query, key, value), quadratic(query, key, value))


@linear_checks.check(points=2)
def no_look_ahead_in_the_sums(learner, draw):
    """With is_causal, both sums of row i must stop at i."""
    query, key, value = draw_heads(draw)
    output = learner.linear_attention(query, key, value, is_causal=True)
    expect_close("output", output, quadratic(query, key, value, True))


@linear_checks.check(points=2)
def one_token_at_a_time(learner, draw):
    """Step by step, each output must be the row of causal linear attention."""
    query, key, value = draw_heads(draw)
    state, wanted = None, quadratic(query, key, value, True)
    for row in range(len(query)):
        answer = learner.linear_attention_step(state, query[row], key[row], value[row])
        output, state = pair(answer, "output and state")
        expect_close(f"output of step {row}", output, wanted[row])


@linear_checks.check(points=1, precision=True)
def nine_digits_of_the_mean(learner, draw):
    """Numbers in float64 must be right to nine digits: nothing may be computed in float32, nothing added."""
    query, key, value = draw_heads(draw)
    for is_causal in (False, True):
        output = learner.linear_attention(query, key, value, is_causal=is_causal)
        expect_precise("output", output, quadratic(query, key, value, is_causal))
    output, _ = pair(learner.linear_attention_step(None, query[0], key[0], value[0]), "output and state")
    expect_precise("output of a step", output, value[0])


@linear_checks.check(points=1)
def a_state_that_does_not_grow(learner, draw):
    """The state must be as large after many tokens as after two."""
    query, key, value = draw_heads(draw, length=40)
    state, sizes = None, []
    for row in range(40):
        answer = learner.linear_attention_step(state, query[row], key[row], value[row])
        _, state = pair(answer, "output and state")
        sizes.append(numbers_in(state))
    message = f"state: {sizes[1]} numbers after 2 tokens, {sizes[-1]} after 40. Add up, do not collect."
    expect(sizes[-1] <= sizes[1], message)


def numbers_in(value):
    """Return how many numbers an answer holds."""
    if isinstance(value, dict):
        return sum(map(numbers_in, value.values()))
    if isinstance(value, tuple | list):
        return sum(map(numbers_in, value))
    return int(np.size(value))


@linear_checks.check(points=1)
def batches_of_linear_attention(learner, draw):
    """Leading axes must pass through, and float32 must stay float32."""
    query, key, value = draw_heads(draw, 2, 3)
    for is_causal in (False, True):
        output = learner.linear_attention(query, key, value, is_causal=is_causal)
        expect_close("output of a batch", output, quadratic(query, key, value, is_causal))
        single = [each.astype(np.float32) for each in (query, key, value)]
        output = learner.linear_attention(*single, is_causal=is_causal)
        expect_close("output", output, quadratic(query, key, value, is_causal).astype(np.float32))
        expect_dtype("output", output, np.float32)
    answer = learner.linear_attention_step(None, query[:, :, 0], key[:, :, 0], value[:, :, 0])
    output, _ = pair(answer, "output and state")
    expect_close("output of a step", output, value[:, :, 0])


@linear_checks.check(points=1)
def linear_work(learner, draw):
    """Twice the length must cost twice the work and memory, not four times."""
    for is_causal in (False, True):
        growth = {"flops": 1.4, "peak_bytes": 1.4}
        expect_counts_below(learner.linear_attention, draw, (is_causal,), growth)


@linear_checks.check(points=2, costly=True)
def a_hundred_thousand_tokens(learner, draw):
    """A sequence on which every pair would take a minute must be done in seconds, causal or not."""
    length = draw.integer(115_000, 125_000)
    query, key, value = (draw.normal(length, 8) for _ in range(3))
    for is_causal in (False, True):
        output = learner.linear_attention.limited(query, key, value, is_causal=is_causal, timeout_s=20.0)
        expect_close("output", output, reference.linear_attention(query, key, value, is_causal))


kernel_checks = HiddenChecks("08.6")
INTERPRETED = gpu.how("interpreted; not run on a GPU here")
CAPABILITIES = (80, 90)


def exact(query, key, value, is_causal=False):
    """Return output and lse of attention in float64."""
    scores = query.double() @ key.double().mT / math.sqrt(query.shape[-1])
    if is_causal:
        scores = scores.masked_fill(~torch.ones(scores.shape[-2:], dtype=torch.bool).tril(), -math.inf)
    return scores.softmax(-1) @ value.double(), scores.logsumexp(-1)


def draw_slices(draw, q_len, kv_len, d_head=16, batch=1, n_heads=1, dtype=torch.float32, scale=1.0):
    """Return query, key and value for the kernel."""
    shapes = [(batch, n_heads, length, d_head) for length in (q_len, kv_len, kv_len)]
    return [draw.tensor(*shape, dtype=dtype, scale=scale) for shape in shapes]


def expect_flash(answer, inputs, is_causal=False, what=""):
    """Compare output and lse with those of attention, to float32's precision."""
    found_output, found_lse = pair(answer, "output and lse")
    output, lse = exact(*inputs, is_causal=is_causal)
    expect_close(f"output{what}", found_output, output.float(), rtol=2e-5)  # sums of a hundred products
    expect_close(f"lse{what}", found_lse, lse.float(), rtol=2e-5)


@kernel_checks.check(points=2, gate=True)
def the_kernel_is_attention(learner, draw):
    """A kernel must find output and lse of attention, for every batch element and head."""
    inputs = draw_slices(draw, 64, 128, 16, batch=2)  # full tiles: a mask that is missing shows elsewhere
    expect_flash(learner.flash_attention(*inputs), inputs)
    inputs = draw_slices(draw, 64, 128, 32, n_heads=2)
    first = learner.flash_attention(*inputs)
    expect_flash(first, inputs)
    for _ in range(8 if gpu.name() else 0):  # a race shows on a GPU only, as bits that differ
        again = learner.flash_attention(*inputs)
        expect(torch.equal(again[0], first[0]), "output: it differs from run to run. Do programs race?")
    expect_work_in_a_kernel(learner, draw)
    return INTERPRETED


def expect_work_in_a_kernel(learner, draw):
    """Expect that torch's own operations grow with the length only: every pair is the kernel's business."""
    lengths, work, ways_out = (64, 128), [], set()
    for length in lengths:
        inputs = draw_slices(draw, length, length)
        learner.flash_attention(*inputs)  # what is done once, such as tuning, does not count
        cost = learner.flash_attention.observed("cost_torch", *inputs)
        work.append(max(1, cost["flops"]))
        ways_out |= {str(name)[:40] for name in cost["escapes"]} - {"data_ptr"}  # Triton itself asks for that
    message = "output: right, but torch computes it, pair by pair. The work belongs into attention_kernel."
    expect(growth_exponent(lengths, work) < 1.5, message)
    message = f"output: right, but its numbers leave torch by {', '.join(sorted(ways_out))}."
    expect(not ways_out, f"{message} The work belongs into attention_kernel.")


@kernel_checks.check(points=1)
def keeps_to_its_tensors(learner, draw):
    """The kernel must not read or write beside its tensors: their last block is not a full one."""
    for q_len, kv_len in ((70, 81), (129, 33)):
        inputs = draw_slices(draw, q_len, kv_len)
        seen = learner.flash_attention.observed("guarded", *inputs)
        expect(seen["overwritten"] == 0, "the kernel writes beside its tensors. Which store lacks a mask?")
        output, _ = pair(seen["value"], "output and lse")
        message = "output: NaN, as lies beside every tensor and in every new one. Which load lacks a mask? Or"
        expect(not bool(output.isnan().any()), f"{message} which rows are never written?")
        expect_flash(seen["value"], inputs, what=" between guards")
    return gpu.how("interpreted between guards; not run on a GPU here")


@kernel_checks.check(points=1)
def ragged_sizes(learner, draw):
    """Lengths that no block size divides must work, down to one query and one key."""
    for q_len, kv_len in ((1, 1), (1, 77), (67, 5), (130, 66)):
        inputs = draw_slices(draw, q_len, kv_len)
        expect_flash(learner.flash_attention(*inputs), inputs, what=f" for {q_len} queries and {kv_len} keys")
    return INTERPRETED


@kernel_checks.check(points=2)
def no_look_ahead_in_the_kernel(learner, draw):
    """With is_causal, query i must see the keys up to i, with as many keys as queries, more or fewer."""
    for q_len, kv_len in ((100, 100), (40, 90), (90, 40)):
        inputs = draw_slices(draw, q_len, kv_len, n_heads=2)
        expect_flash(learner.flash_attention(*inputs, is_causal=True), inputs, True)
    return INTERPRETED


@kernel_checks.check(points=1)
def scores_far_from_zero(learner, draw):
    """Scores far above or below 0, and a maximum in any block, must change nothing."""
    query, key, value = draw_slices(draw, 20, 150, scale=4.0)
    order = (key @ query[..., :1, :].mT).flatten().argsort()
    for each in (order, order.flip(0)):
        inputs = query, key[:, :, each], value[:, :, each]
        expect_flash(learner.flash_attention(*inputs), inputs)
    inputs = 4 + query.abs(), -4 - key.abs(), value
    expect_flash(learner.flash_attention(*inputs), inputs)
    return INTERPRETED


@kernel_checks.check(points=1)
def half_precision(learner, draw):
    """In float16 the error must be at most twice that of torch's own attention; lse stays float32."""
    inputs = [2 * each for each in draw_slices(draw, 37, 150, 32, dtype=torch.float16)]
    output, lse = pair(learner.flash_attention(*inputs), "output and lse")
    wanted, wanted_lse = exact(*inputs)
    expect_dtype("output", output, torch.float16)
    expect_close("output", output, wanted.half(), rtol=0.05)
    expect_close("lse", lse, wanted_lse.float(), rtol=1e-4)  # scores summed in another order
    error = (output.double() - wanted).square().mean().sqrt()
    allowed = 2 * (scaled_dot_product_attention(*inputs).double() - wanted).square().mean().sqrt()
    expect(bool(error <= allowed), "output: the error in float16 is more than twice torch's own.")
    return INTERPRETED


@kernel_checks.check(points=2)
def no_matrix_in_memory(learner, draw):
    """Twice the length must take twice the memory, not four times: scores live in tiles only."""
    lengths, counted = (24, 48, 96), []
    for length in lengths:
        cost = learner.flash_attention.observed("cost_torch", *draw_slices(draw, length, length))
        counted.append(cost["peak_bytes"])
    expect_growth("peak bytes", lengths, counted, below=1.4)
    return INTERPRETED


@kernel_checks.check(points=2, costly=True)
def compiles_for_a_gpu(learner, draw):
    """A Triton kernel must be launched, and it must compile for the GPUs sm_80 and sm_90."""
    inputs = draw_slices(draw, 70, 81, 64, n_heads=2, dtype=torch.float16)
    options = {"capabilities": CAPABILITIES}
    seen = learner.flash_attention.observed("compile", *inputs, is_causal=True, options=options)
    if "unavailable" in seen:
        return gpu.how(f"interpreted; not compiled ({seen['unavailable']}); not run on a GPU here")
    expect(bool(seen["launches"]), "no Triton kernel was launched. The work belongs into attention_kernel.")
    for target, error in seen["errors"].items():
        expect(not error, f"it does not compile for {target}: {error[-300:]}")
    targets = ", ".join(seen["errors"])
    if gpu.name():
        return f"compiled for {targets}; {gpu.how('')}"
    return f"interpreted; compiled for {targets}; not run on a GPU here"


@kernel_checks.stand_in
def flash_attention(query, key, value, is_causal=False):
    import torch

    scores = torch.einsum("bhid,bhjd->bhij", query.float(), key.float()) * query.shape[-1] ** -0.5
    if is_causal:
        places = [torch.arange(length, device=query.device) for length in scores.shape[-2:]]
        scores = torch.where(places[1] <= places[0][:, None], scores, float("-inf"))
    lse = torch.logsumexp(scores, -1)
    return (torch.exp(scores - lse[..., None]) @ value.float()).to(query.dtype), lse


backward_checks = HiddenChecks("08.7")


def expect_gradients(learner, draw, inputs, is_causal, rtol):
    """Compare the output and three gradients with those of attention in float64."""
    cotangent = draw.tensor(*inputs[0].shape, dtype=inputs[0].dtype)
    asked = learner.FlashAttention.apply.gradients(*inputs, is_causal, cotangent=cotangent)
    leaves = [each.double().requires_grad_() for each in inputs]
    output, _ = exact(*leaves, is_causal=is_causal)
    wanted = torch.autograd.grad(output, leaves, cotangent.double())
    expect_close("output", asked[0], output.detach().to(inputs[0].dtype), rtol=rtol)
    for name, actual, each in zip(("query", "key", "value"), asked[1], wanted, strict=True):
        expect(actual is not None, f"gradient of {name}: it is missing.")
        expect_close(f"gradient of {name}", actual, each.to(inputs[0].dtype), rtol=rtol)


@backward_checks.check(points=3, gate=True)
def output_and_gradients(learner, draw):
    """The output and the three gradients must be those of attention."""
    expect_gradients(learner, draw, draw_slices(draw, 33, 70, 16, 2, 2), False, 1e-4)
    return INTERPRETED


@backward_checks.check(points=2)
def gradients_without_look_ahead(learner, draw):
    """With is_causal no gradient may reach a later key, with as many keys as queries, more or fewer."""
    for q_len, kv_len in ((70, 70), (30, 80), (80, 30)):
        expect_gradients(learner, draw, draw_slices(draw, q_len, kv_len), True, 1e-4)
    return INTERPRETED


@backward_checks.check(points=1)
def half_precision_gradients(learner, draw):
    """float16 inputs must get float16 gradients, right to three digits."""
    expect_gradients(learner, draw, draw_slices(draw, 40, 66, 32, dtype=torch.float16), True, 1e-2)
    return INTERPRETED


@backward_checks.check(points=2, costly=True)
def keeps_no_weights(learner, draw):
    """Between the passes nothing as large as the weights may be kept."""
    q_len, kv_len = 200, draw.integer(180, 220)
    inputs = draw_slices(draw, q_len, kv_len)
    options = {"cotangent": draw.tensor(*inputs[0].shape)}
    seen = learner.FlashAttention.apply.observed("saved", *inputs, options=options)
    largest = max(seen["saved"], default=0)
    message = (
        f"a tensor of {largest} numbers is kept for {q_len} queries and {kv_len} keys. Compute it again."
    )
    expect(largest < q_len * kv_len // 2, message)
    return INTERPRETED


@backward_checks.check(points=1, costly=True)
def backward_in_blocks(learner, draw):
    """In the backward pass twice the length must take twice the memory, not four times."""
    lengths, counted = (192, 384), []
    for length in lengths:
        inputs = draw_slices(draw, length, length)
        options = {"cotangent": draw.tensor(*inputs[0].shape)}
        seen = learner.FlashAttention.apply.observed("saved", *inputs, options=options)
        counted.append(seen["backward_bytes"])
    expect_growth("peak bytes", lengths, counted, below=1.7)  # blocks of 256 keys give 1.4
    return INTERPRETED
