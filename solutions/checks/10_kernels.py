"""Hidden checks of lesson 10: kernels in Triton.

Without a GPU they run in Triton's interpreter, between guards; only the attention kernel is compiled as well.
The smaller ones are asked once more with their launches left out: what is right then, no kernel has computed.
"""

import math

import numpy as np
import torch
from checks.heads import expect_arguments_kept, score_regions
from reference import puzzles
from torch.nn.functional import scaled_dot_product_attention

from autograde.compare import (
    Mismatch,
    expect,
    expect_close,
    expect_dtype,
    expect_pair,
    expect_unchanged,
)
from autograde.exercise import HiddenChecks
from autograde.expose import expect_exposed, expect_fewest, expect_parts, expect_whole
from autograde.growth import expect_growth, growth_exponent
from autograde.sandbox import gpu

INTERPRETED = gpu.how("interpreted; not run on a GPU here")
CAPABILITIES = (80, 90)


def between_guards(ask, *inputs):
    """Return the answer of a call whose tensors have room round them, after what lies there was looked at."""
    seen = ask.observed("guarded", *inputs)
    expect(seen["overwritten"] == 0, "the kernel writes beside its tensors. Which store lacks a mask?")
    expect(seen["read_beside"] == 0, "the kernel reads beside its tensors. Which load lacks a mask?")
    message = "NaN, as lies beside every tensor and in every new one. Which load lacks a mask? Or"
    answer = seen["value"]
    expect(isinstance(answer, torch.Tensor), "expected a tensor.")
    expect(not bool(answer.isnan().any()), f"{message} which numbers are never written?")
    return answer


def expect_by_a_kernel(ask, inputs, wanted, work):
    """Expect that nothing is right where kernels are launched and do nothing, and that torch works little.

    A kernel that copies what torch has computed is not enough: torch then does all the `work` that it takes.
    Nor is one that leaves a large part to torch, such as the last block.
    """
    answer = ask.observed("guarded", *inputs, options={"launch": False})["value"]
    same = isinstance(answer, torch.Tensor) and answer.shape == wanted.shape
    message = "right, and not because of a kernel: torch computes it. The work belongs into the kernel."
    expect(not (same and bool(torch.isclose(answer, wanted, rtol=1e-3).any())), message)
    cost = ask.observed("cost_torch", *inputs)
    expect_close("the result once more", cost["value"], wanted)
    expect(cost["flops"] < work / 4, message)
    ways_out = ", ".join(sorted(ways_out_of(cost)))
    expect(not ways_out, f"right, but numbers leave torch by {ways_out}.")


def expect_kept(ask, *inputs):
    """Return the answer, after each argument was found as it was."""
    answer, after, _ = ask.with_arguments(*inputs)
    for place, (found, before) in enumerate(zip(after, inputs, strict=True), start=1):
        expect_unchanged(f"argument {place}", found, before)
    return answer


def matrices(draw, *shapes):
    """Yield matrices of hundreds, of ten thousands, and with zeros and ties; each lies transposed once."""
    for arrays in draw.magnitudes(*shapes):
        yield [torch.from_numpy(np.trunc(each)).float() for each in arrays]


copy_checks = HiddenChecks("10.1")


@copy_checks.check(points=2, gate=True)
def the_same_numbers(learner, draw):
    """A kernel must write the same numbers into another tensor, whether blocks fill it or not."""
    for length in (128, draw.integer(300, 380)):
        x = draw.tensor(length)
        expect_close("copy", expect_kept(learner.copy, x), x, rtol=0)
        expect_dtype("copy", learner.copy(x), torch.float32)
    expect_by_a_kernel(learner.copy, [x], x, len(x))
    return INTERPRETED


@copy_checks.check(points=2)
def stays_within_its_row(learner, draw):
    """No block may read or write behind the row; one number is a row as well, and any number is copied."""
    for length in (1, 128 * draw.integer(1, 3) + 1, draw.integer(1030, 1090), draw.integer(9000, 9999)):
        x = draw.tensor(length, scale=100.0)
        expect_close("copy", between_guards(learner.copy, x), x, rtol=0)
    short = [torch.from_numpy(x.copy()).float() for (x,) in draw.magnitudes("length", length=9)]
    for x in (*short, torch.tensor([1e-30, math.inf, -math.inf])):
        expect_close("copy", learner.copy(x), x, rtol=0)
    x = draw.tensor(draw.integer(5, 50))
    expect_by_a_kernel(learner.copy, [x], x, len(x))
    return INTERPRETED


softmax_checks = HiddenChecks("10.2")


def expect_rows(answer, scores):
    """Compare with softmax in float64."""
    expect_close("weights", answer, scores.double().softmax(-1).float(), rtol=1e-5)
    expect_dtype("weights", answer, torch.float32)


@softmax_checks.check(points=2, gate=True)
def each_row_is_a_softmax(learner, draw):
    """A kernel must compute the softmax of each row, whatever its length."""
    widths = 64, draw.integer(5, 9), draw.integer(70, 100)
    drawn = [draw.tensor(draw.integer(3, 6), n_columns) for n_columns in widths]
    for scores in drawn:
        expect_rows(expect_kept(learner.row_softmax, scores), scores)
    for scores in drawn[1:]:
        expect_by_a_kernel(learner.row_softmax, [scores], scores.softmax(-1), scores.numel())
    return INTERPRETED


@softmax_checks.check(points=2)
def within_its_matrix(learner, draw):
    """No program may read or write behind its matrix; one row, one column and a thousand must work."""
    ones = (1, 1), (1, draw.integer(5, 7)), (draw.integer(3, 5), 1)
    for shape in (*ones, (2, draw.integer(1030, 1090)), (2, draw.integer(4100, 4999))):
        scores = draw.tensor(*shape)
        expect_rows(between_guards(learner.row_softmax, scores), scores)
    size = draw.integer(18, 30)
    for shape in ((draw.integer(129, 150), 3), (size, size)):
        scores = draw.tensor(*shape)
        expect_rows(learner.row_softmax(scores), scores)
    return INTERPRETED


@softmax_checks.check(points=1)
def rows_far_from_zero(learner, draw):
    """Scores of hundreds and of ten thousands, rows of very low ones, ties, and a transposed matrix must be
    right."""
    for (scores,) in matrices(draw, "n_rows n_columns"):
        expect_rows(expect_kept(learner.row_softmax, scores), scores)
        expect_rows(learner.row_softmax(-scores.abs()), -scores.abs())
    scores = draw.tensor(3, 5).trunc() - 20_000
    expect_rows(learner.row_softmax(scores), scores)
    return INTERPRETED


softmax_checks.region("rows below -10,000", lambda call: (call.numbers["scores"].max(axis=-1) < -1e4).any())


product_checks = HiddenChecks("10.3")

TF32 = 2**-10
"""How far a product may be off whose factors keep 10 bits behind the first, relative to the sum of sizes."""

IN_TF32 = (
    "product: right to three digits, and float32 has seven. On a GPU tl.dot rounds without "
    'input_precision="ieee", and so does the tl.dot that Triton makes of a tl.sum of products over axis 1.'
)


def expect_product(answer, a, b):
    """Compare with the product in float64; where numbers cancel, the sum of their sizes is what counts."""
    wanted, size = a.double() @ b.double(), (a.double().abs() @ b.double().abs()).max()
    try:
        expect_close("product", answer, wanted.float(), rtol=1e-5, atol=float(2e-6 * size))
    except Mismatch as wrong:
        if wrong.kind == "value":
            expect(bool((answer.double() - wanted).abs().max() >= TF32 * size), IN_TF32)
        raise
    expect_dtype("product", answer, torch.float32)


@product_checks.check(points=2, gate=True)
def the_product_of_two_matrices(learner, draw):
    """A kernel must compute the product, where tiles fill it and where they do not."""
    sizes = (32, 48, 16), draw.sizes(3, 2, 9), draw.sizes(3, 20, 40)
    pairs = [
        (draw.tensor(n_rows, n_inner), draw.tensor(n_inner, n_columns))
        for n_rows, n_inner, n_columns in sizes
    ]
    for a, b in pairs:
        expect_product(expect_kept(learner.matmul, a, b), a, b)
    for a, b in pairs[1:]:
        expect_by_a_kernel(learner.matmul, (a, b), a @ b, a.numel() * b.shape[1])
    return INTERPRETED


@product_checks.check(points=2)
def tiles_within_their_matrices(learner, draw):
    """No tile may read or write beside its matrix; one row, one column, one number inside must work."""
    size = draw.integer(17, 30)
    for shape in ((1, 1, 1), (1, size, 3), (size, 1, size + 1), (3, size, 1)):
        n_rows, n_inner, n_columns = shape
        inputs = draw.tensor(n_rows, n_inner), draw.tensor(n_inner, n_columns)
        expect_product(between_guards(learner.matmul, *inputs), *inputs)
    long = draw.integer(1030, 1060)
    row_more, column_more, term_more = (16 * draw.integer(3, 6) + 1 for _ in range(3))
    for shape in ((2, long, 3), (row_more, 2, 3), (3, 2, column_more), (3, term_more, 2), (size,) * 3):
        n_rows, n_inner, n_columns = shape
        inputs = draw.tensor(n_rows, n_inner), draw.tensor(n_inner, n_columns)
        expect_product(learner.matmul(*inputs), *inputs)
    return INTERPRETED


@product_checks.check(points=1)
def products_of_large_numbers(learner, draw):
    """Numbers of hundreds and of ten thousands, zeros, and transposed matrices must be right."""
    for inputs in matrices(draw, "n_rows n_inner", "n_inner n_columns"):
        expect_product(expect_kept(learner.matmul, *inputs), *inputs)
    return INTERPRETED


lse_checks = HiddenChecks("10.4")


def expect_lse(answer, scores):
    """Compare with the logarithm of the sum in float64."""
    expect_close("lse", answer, scores.double().logsumexp(-1).float(), rtol=1e-5, atol=1e-5)
    expect_dtype("lse", answer, torch.float32)


@lse_checks.check(points=2, gate=True)
def as_if_the_row_were_whole(learner, draw):
    """A kernel must compute the lse of the whole row, wherever its blocks end."""
    shapes = (16, 256), (draw.integer(17, 25), draw.integer(270, 340)), (3, draw.integer(20, 60))
    drawn = [draw.tensor(*shape, scale=2.0) for shape in shapes]
    for scores in drawn:
        expect_lse(expect_kept(learner.row_lse, scores), scores)
    for scores in drawn[1:]:
        expect_by_a_kernel(learner.row_lse, [scores], scores.logsumexp(-1), scores.numel())
    return INTERPRETED


@lse_checks.check(points=1)
def the_largest_moves(learner, draw):
    """Where a later block holds a larger score, or only lower ones, the sum so far must be rescaled."""
    scores = draw.tensor(5, 300, scale=30.0).sort(dim=-1).values
    for each in (scores, scores.flip(-1), scores - 1000):
        expect_lse(learner.row_lse(each), each)
    return INTERPRETED


@lse_checks.check(points=2)
def within_its_rows(learner, draw):
    """No program may read or write behind its matrix; one row, one column and a thousand must work."""
    for shape in (
        (1, 1),
        (1, draw.integer(5, 7)),
        (draw.integer(17, 20), 1),
        (2, 128 * draw.integer(8, 9) + 1),
    ):
        scores = draw.tensor(*shape)
        expect_lse(between_guards(learner.row_lse, scores), scores)
    size = draw.integer(18, 30)
    for shape in ((draw.integer(129, 150), 3), (size, size)):
        scores = draw.tensor(*shape)
        expect_lse(learner.row_lse(scores), scores)
    for (scores,) in matrices(draw, "n_rows n_columns"):
        expect_lse(expect_kept(learner.row_lse, scores), scores)
        expect_lse(learner.row_lse(-scores.abs()), -scores.abs())
    for middle in (20_000, -20_000):
        scores = draw.tensor(3, 5).trunc() + middle
        expect_lse(learner.row_lse(scores), scores)
    return INTERPRETED


lse_checks.region("rows below -10,000", lambda call: (call.numbers["scores"].max(axis=-1) < -1e4).any())

for each in (copy_checks, softmax_checks, product_checks, lse_checks):
    each.outside("cost_torch below 1,000", "torch may do all but the whole work: 4 for 0 is right too")


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


def transposed(tensors):
    """Return the same numbers, with heads and positions exchanged in memory, as a projection leaves them."""
    return [each.transpose(1, 2).contiguous().transpose(1, 2) for each in tensors]


def shifted(draw, of_query, of_key, of_last):
    """Return inputs in which one feature moves all scores by of_query · of_key / 4, but for the last key."""
    query, key, value = draw_slices(draw, 5, 6, n_heads=2)
    query[..., 0], key[..., 0], key[:, :, -1, 0] = of_query, of_key, of_last
    return [query, key, value]


def expect_flash(answer, inputs, is_causal=False, what=""):
    """Compare output and lse with those of attention, to float32's precision."""
    found_output, found_lse = expect_pair("output and lse", answer)
    output, lse = exact(*inputs, is_causal=is_causal)
    expect_close(f"output{what}", found_output, output.float(), rtol=2e-5)  # sums of a hundred products
    expect_close(f"lse{what}", found_lse, lse.float(), rtol=2e-5)
    expect_dtype(f"output{what}", found_output, torch.float32)


kernel_checks = HiddenChecks("10.5")


@kernel_checks.check(points=2, gate=True)
def the_kernel_is_attention(learner, draw):
    """A kernel must find output and lse of attention, for every batch element and head."""
    for batch, n_heads, d_head in ((2, 3, 16), (1, 1, 32)):
        inputs = draw_slices(draw, 64, 128, d_head, batch, n_heads)  # full tiles: other checks miss a mask
        first = learner.flash_attention(*inputs)
        expect_flash(first, inputs)
    for _ in range(8 if gpu.name() else 0):  # a race shows on a GPU only, as bits that differ
        again = learner.flash_attention(*inputs)
        expect(torch.equal(again[0], first[0]), "output: it differs from run to run. Do programs race?")
    expect_work_in_a_kernel(learner, draw)
    return INTERPRETED


def expect_work_in_a_kernel(learner, draw):
    """Expect that torch's own operations grow with the length only: every pair is the kernel's business."""
    lengths, work, ways_out = (draw.integer(60, 68), draw.integer(120, 136)), [], set()
    for length in lengths:
        inputs = draw_slices(draw, length, length)
        if gpu.name():
            learner.flash_attention(*inputs)  # what is done once, tuning, does not count
        cost = learner.flash_attention.observed("cost_torch", *inputs)
        expect_flash(cost["value"], inputs)
        work.append(max(1, cost["flops"]))
        ways_out |= ways_out_of(cost)
    message = "output: right, but torch computes it, pair by pair. The work belongs into attention_kernel."
    expect(growth_exponent(lengths, work) < 1.5, message)
    message = f"output: right, but its numbers leave torch by {', '.join(sorted(ways_out))}."
    expect(not ways_out, f"{message} The work belongs into attention_kernel.")


def ways_out_of(cost):
    """Return how numbers left the count of a call, as words of a few letters."""
    return {str(name)[:40] for name in cost["escapes"]}


@kernel_checks.check(points=1)
def keeps_to_its_tensors(learner, draw):
    """The kernel must not change its tensors, nor read or write beside them: their last block is not full."""
    for q_len, kv_len, is_causal in ((70, 81, False), (129, 33, True)):
        inputs = draw_slices(draw, q_len, kv_len)
        seen = learner.flash_attention.observed("guarded", *inputs, is_causal=is_causal)
        expect(seen["overwritten"] == 0, "the kernel writes beside its tensors. Which store lacks a mask?")
        output, _ = expect_pair("output and lse", seen["value"])
        message = "output: NaN, as lies beside every tensor and in every new one. Which load lacks a mask? Or"
        expect(not bool(output.isnan().any()), f"{message} which rows are never written?")
        expect_flash(seen["value"], inputs, is_causal, " between guards")
        given = draw_slices(draw, 5, 7, batch=2)
        expect_arguments_kept(learner.flash_attention, given, is_causal)
    return gpu.how("interpreted between guards; not run on a GPU here")


@kernel_checks.check(points=1, costly=True)
def ragged_sizes(learner, draw):
    """Lengths that no block size divides must work, from 1 to a thousand, with a d_head from 16 to 128, for
    tensors in any layout."""
    long = draw.integer(1030, 1090)
    for q_len, kv_len, d_head in (
        (1, 1, 16),
        (1, 77, 64),
        (67, 5, 128),
        (130, 66, 32),
        (3, long, 16),
        (long, 3, 16),
    ):
        inputs = draw_slices(draw, q_len, kv_len, d_head)
        expect_flash(learner.flash_attention(*inputs), inputs, what=f" for {q_len} queries and {kv_len} keys")
    inputs = transposed(draw_slices(draw, 33, 35, n_heads=2))
    expect_flash(learner.flash_attention(*inputs), inputs, what=" of tensors that are not contiguous")
    inputs = draw_slices(draw, 16, 16, 16, batch=16, n_heads=16)
    expect_flash(learner.flash_attention(*inputs), inputs, what=" where every axis is 16")
    return INTERPRETED


@kernel_checks.check(points=2)
def no_look_ahead_in_the_kernel(learner, draw):
    """With is_causal, query i must see the keys up to i, with as many keys as queries, more or fewer."""
    for q_len, kv_len, batch, n_heads in (
        (1, 40, 2, 2),
        (40, 1, 2, 2),
        (40, 90, 2, 1),
        (90, 40, 1, 1),
        (100, 100, 1, 1),
        (draw.integer(260, 300), 50, 1, 1),
    ):
        inputs = draw_slices(draw, q_len, kv_len, batch=batch, n_heads=n_heads)
        expect_flash(learner.flash_attention(*inputs, is_causal=True), inputs, True)
    return INTERPRETED


@kernel_checks.check(points=1)
def scores_far_from_zero(learner, draw):
    """Scores far above or below 0, hidden ones too, and a maximum in any block, must change nothing."""
    query, key, value = draw_slices(draw, 20, 150, scale=4.0)
    order = (key @ query[..., :1, :].mT).flatten().argsort()
    for each in (order, order.flip(0)):
        inputs = query, key[:, :, each], value[:, :, each]
        expect_flash(learner.flash_attention(*inputs), inputs)
    steps = torch.from_numpy(1.0 + draw.permutation(8)).float()
    for largest in (110.0, 60_000.0, -60_000.0):  # scores so far apart that float32 tells them
        query, key, value = draw_slices(draw, 7, 8)
        query[..., 0], key[..., 0] = largest, steps
        for inputs in ((query, key, value * largest), (query / largest, key * largest, value)):
            for is_causal in (False, True):
                answer = learner.flash_attention(*inputs, is_causal=is_causal)
                expect_flash(answer, inputs, is_causal)
    ties = [each.trunc() for each in draw_slices(draw, 9, 8, scale=0.7)]
    for each in ties:
        each[..., 0, :2] = 2.0
    expect_flash(learner.flash_attention(*ties), ties)
    return INTERPRETED


@kernel_checks.check(points=1)
def half_precision(learner, draw):
    """In float16 the error must be at most twice that of torch's own attention; lse stays float32."""
    inputs = [2 * each for each in draw_slices(draw, 37, 150, 32, dtype=torch.float16)]
    for is_causal in (False, True):
        output, lse = expect_pair("output and lse", learner.flash_attention(*inputs, is_causal=is_causal))
        wanted, wanted_lse = exact(*inputs, is_causal=is_causal)
        expect_dtype("output", output, torch.float16)
        expect_close("output", output, wanted.half(), rtol=0.05)
        expect_close("lse", lse, wanted_lse.float(), rtol=1e-4)  # scores summed in another order
        usual = scaled_dot_product_attention(*inputs, is_causal=is_causal).double()
        error, allowed = ((each - wanted).square().mean().sqrt() for each in (output.double(), usual))
        expect(bool(error <= 2 * allowed), "output: the error in float16 is more than twice torch's own.")
    return INTERPRETED


@kernel_checks.check(points=2)
def no_matrix_in_memory(learner, draw):
    """Twice the length must take twice the memory, not four times: scores live in tiles only."""
    for batch, is_causal in ((1, True), (2, False)):
        lengths, counted = [draw.integer(*ends) for ends in ((22, 26), (44, 52), (88, 104))], []
        for length in lengths:
            inputs = draw_slices(draw, length, length, batch=batch)
            cost = learner.flash_attention.observed("cost_torch", *inputs, is_causal=is_causal)
            expect_flash(cost["value"], inputs, is_causal)
            message = "output: right, but tensors left torch, and what they needed cannot be counted."
            expect(not ways_out_of(cost), message)
            counted.append(cost["peak_bytes"])
        expect_growth("peak bytes", lengths, counted, below=1.4)
    return INTERPRETED


@kernel_checks.check(points=2, costly=True)
def compiles_for_a_gpu(learner, draw):
    """A Triton kernel must be launched, and it must compile for the GPUs sm_80 and sm_90."""
    inputs = draw_slices(draw, 70, 1500, 64, n_heads=2, dtype=torch.float16)  # all keys fit on no chip
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


def kernel_regions(checks):
    """Declare the values of d_head that are promised, and what scores have to be like."""
    score_regions(
        checks, lambda call, q, k: np.tri(q, k, dtype=bool) if call["is_causal"] else np.array(True)
    )
    for d_head in (16, 32, 64, 128):
        checks.region(f"d_head of {d_head}", lambda call, d_head=d_head: call["query"].shape[-1] == d_head)
    checks.outside("d_head = 1", "d_head is 16, 32, 64 or 128")


kernel_regions(kernel_checks)


@kernel_checks.stand_in
def flash_attention(query, key, value, is_causal=False):
    import torch

    scores = torch.einsum("bhid,bhjd->bhij", query.float(), key.float()) * query.shape[-1] ** -0.5
    if is_causal:
        places = [torch.arange(length, device=query.device) for length in scores.shape[-2:]]
        scores = torch.where(places[1] <= places[0][:, None], scores, float("-inf"))
    lse = torch.logsumexp(scores, -1)
    return (torch.exp(scores - lse[..., None]) @ value.float()).to(query.dtype), lse


backward_checks = HiddenChecks("10.6")

MEASURED = (1, False, torch.float32), (2, True, torch.float16)
"""The batches that are measured; in float16 the tiles are larger, and soon interpreted."""


def right_gradients(inputs, is_causal, cotangent):
    """Return the output and three gradients of attention, computed in float64."""
    leaves = [each.detach().double().requires_grad_() for each in inputs]
    output, _ = exact(*leaves, is_causal=is_causal)
    return output.detach(), torch.autograd.grad(output, leaves, cotangent.double())


def expect_gradients(learner, draw, inputs, is_causal, rtol, atol=None, between=None):
    """Compare the output and three gradients with those of attention in float64.

    The output's gradient lies transposed; `between` goes through the function before backward runs. Where
    some inputs require gradients, only theirs are asked for.
    """
    (cotangent,) = transposed([draw.tensor(*inputs[0].shape, dtype=inputs[0].dtype)])
    ask = learner.FlashAttention.apply.gradients
    asked = ask(*inputs, is_causal, cotangent=cotangent, between=between)
    output, wanted = right_gradients(inputs, is_causal, cotangent)
    expect_dtype("output", asked[0], inputs[0].dtype)
    expect_close("output", asked[0], output.to(inputs[0].dtype), rtol=rtol)
    every = not any(each.requires_grad for each in inputs)
    for name, given, actual, each in zip(("query", "key", "value"), inputs, asked[1], wanted, strict=True):
        if not (every or given.requires_grad):
            continue
        expect(actual is not None, f"gradient of {name}: it is missing.")
        expect_close(f"gradient of {name}", actual, each.to(inputs[0].dtype), rtol=rtol, atol=atol)


def expect_measured(learner, draw, inputs, is_causal):
    """Return what is seen between the passes, after the output of the measured call was compared."""
    dtype = inputs[0].dtype
    rtol = 1e-4 if dtype == torch.float32 else 1e-2
    cotangent = draw.tensor(*inputs[0].shape, dtype=dtype)
    options = {"cotangent": cotangent}
    seen = learner.FlashAttention.apply.observed("saved", *inputs, is_causal, options=options)
    output, wanted = right_gradients(inputs, is_causal, cotangent)
    expect_close("output", seen["value"], output.to(dtype), rtol=rtol)
    for name, actual, each in zip(("query", "key", "value"), seen["gradients"], wanted, strict=True):
        expect(actual is not None, f"gradient of {name}: it is missing.")
        expect_close(f"gradient of {name}", actual, each.to(dtype), rtol=rtol)
    return seen


@backward_checks.check(points=2, gate=True)
def output_and_gradients(learner, draw):
    """The output and the three gradients must be those of attention."""
    expect_gradients(learner, draw, draw_slices(draw, 33, 70, 16, 2, 2), False, 1e-4)
    return INTERPRETED


@backward_checks.check(points=1)
def one_layer_of_several(learner, draw):
    """Another call before backward runs must change nothing, and each gradient must be right alone."""
    for place in range(3):
        inputs, other = draw_slices(draw, 20, 30, n_heads=2), draw_slices(draw, 5, 6)
        inputs[place].requires_grad_()
        expect_gradients(learner, draw, inputs, False, 1e-4, between=other)
    return INTERPRETED


@backward_checks.check(points=1)
def gradients_without_look_ahead(learner, draw):
    """With is_causal no gradient may reach a later key, with as many keys as queries, more or fewer."""
    for q_len, kv_len, batch in ((70, 70, 1), (30, 80, 2), (80, 30, 1)):
        expect_gradients(learner, draw, draw_slices(draw, q_len, kv_len, batch=batch), True, 1e-4)
    for q_len, kv_len, batch in (
        (1, 9, 2),
        (9, 1, 2),
        (1, 9, 1),
        (9, 1, 1),
        (1, 1, 1),
    ):  # some gradients are 0
        inputs = draw_slices(draw, q_len, kv_len, batch=batch)
        expect_gradients(learner, draw, inputs, True, 1e-4, atol=1e-5)
    return INTERPRETED


@backward_checks.check(points=1, costly=True)
def any_size(learner, draw):
    """Lengths of a thousand, a d_head from 16 to 128, large numbers and large scores must be right, hidden
    scores must count for nothing, and the tensors must stay as they are."""
    long = draw.integer(1030, 1090)
    for q_len, kv_len, d_head in ((long, 3, 64), (3, long, 128)):
        expect_gradients(learner, draw, draw_slices(draw, q_len, kv_len, d_head), False, 1e-3)
    for large in (200.0, 20_000.0):
        query, key, value = transposed(draw_slices(draw, 20, 30, n_heads=2))
        expect_gradients(learner, draw, [query * large, key / large, value * large], False, 1e-3)
        expect_gradients(learner, draw, [query / large, key * large, value], True, 1e-3)
    for move, rtol in (((400.0, 2.0, 2.0), 1e-2), ((400.0, 4.0, 40.0), 1e-2), ((10_000.0, -5.0, -5.0), 0.04)):
        expect_gradients(learner, draw, shifted(draw, *move), True, rtol)
    inputs = [each.trunc() for each in draw_slices(draw, 9, 8, scale=0.7, batch=2)]
    for each in inputs:
        each[..., 0, :2] = 2.0
    for is_causal in (False, True):
        expect_gradients(learner, draw, inputs, is_causal, 1e-3)
        expect_arguments_kept(learner.FlashAttention.apply, inputs, is_causal)
    expect_gradients(learner, draw, draw_slices(draw, 16, 16, 16, batch=16, n_heads=16), False, 1e-3)
    return INTERPRETED


@backward_checks.check(points=1)
def half_precision_gradients(learner, draw):
    """float16 inputs must get float16 gradients, right to three digits."""
    expect_gradients(learner, draw, draw_slices(draw, 40, 66, 32, dtype=torch.float16), True, 1e-2)
    return INTERPRETED


@backward_checks.check(points=2, costly=True)
def keeps_no_weights(learner, draw):
    """Between the passes nothing as large as the weights may be kept."""
    for batch, is_causal, dtype in MEASURED:
        q_len, kv_len = draw.integer(400, 440), draw.integer(500, 540)
        inputs = draw_slices(draw, q_len, kv_len, batch=batch, dtype=dtype)
        seen = expect_measured(learner, draw, inputs, is_causal)
        message = "output: right, but tensors left torch, and what is kept of them cannot be counted."
        expect(not ways_out_of(seen), message)
        kept = f"{seen['kept_bytes'] // 4:,} numbers are kept for {q_len} queries and {kv_len} keys"
        expect(seen["kept_bytes"] < batch * q_len * kv_len, f"{kept}. Compute the weights again.")
    return INTERPRETED


@backward_checks.check(points=1, costly=True)
def backward_in_blocks(learner, draw):
    """In the backward pass twice the length must take twice the memory, not four times."""
    for batch, is_causal, dtype in MEASURED:
        lengths = draw.integer(185, 195), draw.integer(370, 390)
        drawn = (draw_slices(draw, length, length, batch=batch, dtype=dtype) for length in lengths)
        counted = [expect_measured(learner, draw, inputs, is_causal) for inputs in drawn]
        memory = [each["backward_bytes"] for each in counted]
        expect_growth("peak bytes", lengths, memory, below=1.7)  # blocks of 256 keys give 1.4
    return INTERPRETED


kernel_regions(backward_checks)


exposing_checks = HiddenChecks("10.7")
exposing_checks.outside("answer*", "many inputs expose the suspect; a little changed, it is another of them")


def exposing_numbers(learner):
    """Return how many numbers both matrices have once they are seen to expose the suspect."""
    parts = expect_parts("n_rows, n_inner, n_columns", learner.expose_matmul(), 3)
    names = ("n_rows", "n_inner", "n_columns")
    sizes = [expect_whole(name, part) for name, part in zip(names, parts, strict=True)]
    a, b = np.ones(sizes[:2]), np.ones(sizes[1:])
    expect_exposed("n_rows, n_inner, n_columns", right=a @ b, wrong=puzzles.suspect_matmul(a, b))
    return a.size + b.size


@exposing_checks.check(points=2, gate=True)
def exposes_the_suspect(learner, draw):
    """For matrices of your sizes the suspect must give another product than a @ b."""
    exposing_numbers(learner)


@exposing_checks.check(points=2)
def with_as_few_numbers_as_possible(learner, draw):
    """34 numbers in both matrices must be enough to show it."""
    expect_fewest("numbers", exposing_numbers(learner), 34)
