"""Hidden checks of lesson 06."""

import math
from itertools import pairwise, product
from typing import Any

import numpy as np
import torch
from reference import puzzles
from reference.cpu import attention as cpu_attention
from torch.nn.functional import scaled_dot_product_attention

from autograde.compare import (
    PRECISION,
    expect,
    expect_close,
    expect_dtype,
    expect_pair,
    expect_precise,
    expect_unchanged,
)
from autograde.exercise import HiddenChecks, answers
from autograde.expose import expect_array, expect_exposed, expect_fewest, expect_parts
from autograde.sandbox import gpu

DOUBLE = torch.float64
RAN = gpu.how("run on the CPU; not run on a GPU here")
ON_DEVICE = "pretend device" if gpu.name() else "pretend device; not run on a GPU here"


HEADS = "batch n_heads q_len d_head", "batch n_heads kv_len d_head", "batch n_heads kv_len d_value"
GROUPS = "batch n_heads q_len d_head", "batch n_kv_heads kv_len d_head", "batch n_kv_heads kv_len d_value"
ONES = (None, "batch", "q_len", "kv_len")


def tensors(arrays, dtype=DOUBLE):
    """Return arrays as tensors, with the same order in memory."""
    return [torch.from_numpy(array).to(dtype) for array in arrays]


def one_and_many(draw):
    """Yield query, key and value with every axis at size 1 once and long once, none of them large."""
    yield from draw.extents(*HEADS, batch=1, n_heads=1)
    yield from draw.extents(*HEADS, q_len=3, kv_len=4)
    yield draw.arrays(*HEADS, batch=1, q_len=1)


def coarse(arrays):
    """Return numbers of few digits: their products are the same in float32, however large they are."""
    units = [2.0 ** (math.floor(math.log2(abs(array).max())) - 5) for array in arrays]
    return tensors((array / unit).round() * unit for array, unit in zip(arrays, units, strict=True))


def draw_heads(draw, n_kv_heads=None, dtype=DOUBLE, **sizes):
    """Return query, key and value whose axes all differ; `n_kv_heads` divides 6 where heads are shared."""
    if n_kv_heads is None:
        return tensors(draw.arrays(*HEADS, **sizes), dtype)
    return tensors(draw.arrays(*GROUPS, n_heads=6, n_kv_heads=n_kv_heads, **sizes), dtype)


def draw_mask(draw, *shape):
    """Return a mask that lets each query attend to something."""
    return torch.from_numpy(draw.mask(*shape))


def draw_cube(draw, dtype=DOUBLE):
    """Return query, key and value whose axes are all of one size: shapes alone do not say which is which."""
    return draw_heads(draw, None, dtype, **dict.fromkeys(" ".join(HEADS).split(), draw.integer(3, 5)))


def draw_mask_of_past(draw, q_len, kv_len):
    """Return a mask that hides something of what is_causal shows, and shows something that it hides."""
    mask = draw_mask(draw, q_len, kv_len)
    mask[:, :2], mask[-1, 2] = True, False
    return mask


def far_above(draw, **sizes):
    """Return query, key, value and a mask that hides the first key, whose scores are the highest by far."""
    query, key, value = draw_heads(draw, kv_len=6, **sizes)
    query = query.abs() + 0.5
    key[:, :, 0] = 2000.0
    mask = draw_mask(draw, query.shape[2], 6)
    mask[:, 0], mask[:, -1] = False, True
    return [query, key, value], mask


def exact(query, key, value=None, mask=None, is_causal=False, scale=None):
    """Return the output in float64, or the weights if there is no value.

    Rows that may attend nothing are zero.
    """
    if value is not None:
        return exact_both(query, key, value, mask, is_causal, scale)[0]
    scale = query.shape[-1] ** -0.5 if scale is None else scale
    scores = query.double() * scale @ spread(key.double(), query).mT
    if is_causal:
        past = torch.ones(scores.shape[-2:], dtype=torch.bool).tril()
        mask = past if mask is None else past & mask
    return scores.softmax(-1) if mask is None else softmax_of(scores, mask)


def exact_both(query, key, value, mask=None, is_causal=False, scale=None):
    """Return output and weights in float64."""
    weights = exact(query, key, None, mask, is_causal, scale)
    return weights @ spread(value.double(), query), weights


def softmax_of(scores, mask):
    """Return the weights in float64; rows that may attend nothing are zero."""
    weights = scores.double().masked_fill(~mask, -math.inf).softmax(-1)
    empty = ~mask.any(-1, keepdim=True)
    return weights.masked_fill(empty, 0.0) if empty.any() else weights


def spread(heads, query):
    """Return key or value with one head for each head of query: neighbours share one."""
    groups = query.shape[1] // heads.shape[1]
    return heads.repeat_interleave(groups, 1) if groups > 1 else heads


def exact_gradients(inputs, cotangent, **options):
    """Return the output and, by torch's own differentiation, the gradient of each input, in their dtype."""
    return differentiated(exact, inputs, cotangent, **options)


def differentiated(function, inputs, cotangent, *args, **options):
    """Return value and gradients of a function in float64, in the dtype of the inputs."""
    leaves = [each.detach().double().requires_grad_() for each in inputs]
    value = function(*leaves, *args, **options)
    found = torch.autograd.grad(value, leaves, cotangent.double())
    return value.detach().to(inputs[0].dtype), [each.to(inputs[0].dtype) for each in found]


def expect_gradients(found, expected, names=("query", "key", "value"), rtol=1e-5, size=1.0):
    """Compare gradients one by one; a small one, the rest of larger terms, may be off as one of `size`."""
    for name, actual, wanted in zip(names, found, expected, strict=False):
        expect(actual is not None, f"gradient of {name}: it is missing. Is something detached on the way?")
        atol = rtol * max(size, float(wanted.abs().max()))
        expect_close(f"gradient of {name}", actual, wanted, rtol=rtol, atol=atol)


def expect_same_arguments(names, after, before):
    """Expect every argument to be as it was."""
    for name, left, right in zip(names, after, before, strict=True):
        expect_unchanged(name, left, right)


def expect_stays_on_device(seen):
    """Expect results on the device of the inputs, and no trip to the host."""
    expect(set(seen["devices"]) == {"pretend"}, "the result does not lie on the device of the inputs.")
    expect(not seen["log"], f"while it ran: {'; '.join(map(str, seen['log']))[:200]}. Stay on the device.")


def scores_of(call):
    """Return the scores of a call and which of them are visible, for the regions below."""
    query, key = call["query"].double(), call["key"].double()
    scores = query @ key.repeat_interleave(query.shape[1] // key.shape[1], 1).mT
    scale = call.arguments.get("scale")
    scores = scores * (query.shape[-1] ** -0.5 if scale is None else scale)
    mask = call.arguments.get("mask")
    return scores, torch.ones_like(scores, dtype=torch.bool) & (True if mask is None else mask)


def has_row_between(low, high):
    """Hold where the highest visible score of a row lies between two numbers."""

    def holds(call):
        scores, seen = scores_of(call)
        highest = scores.masked_fill(~seen, -math.inf).amax(-1)
        return bool(((low < highest) & (highest < high)).any())

    return holds


def has_hidden_peak(call):
    """Hold where a hidden score is so far above the visible ones that they vanish beside it."""
    scores, seen = scores_of(call)
    visible = scores.masked_fill(~seen, -math.inf).amax(-1)
    return bool(((scores.amax(-1) - visible > 800) & visible.isfinite()).any())


softmax_checks = HiddenChecks("06.0")

SCORES = "batch n_heads q_len kv_len"


def expect_weights(learner, draw, cases):
    """Expect weights and gradients in the dtype of the scores, and the arguments as they were."""
    questions = []
    for scores, mask in cases:
        cotangent = draw.tensor(*scores.shape, dtype=scores.dtype)
        questions.append(learner.masked_softmax.later.gradients(scores, mask, cotangent=cotangent))
        questions.append(learner.masked_softmax.later.with_arguments(scores, mask))
    found = answers(learner, questions)
    for (asked, (weights, gradients)), (_, (_, after, _)) in zip(found, found, strict=True):
        scores, mask = asked.args
        wanted, right = differentiated(softmax_of, [scores], asked.options["cotangent"], mask)
        expect_dtype("weights", weights, scores.dtype)
        expect_close("weights", weights, wanted)
        expect_gradients(gradients, right, ("scores",))
        expect_same_arguments(("scores", "mask"), after, (scores, mask))


@softmax_checks.check(points=2, gate=True)
def hides_before_it_shares(learner, draw):
    """The visible scores of each row must share the whole 1."""
    for dtype in (DOUBLE, torch.float32):
        scores = torch.from_numpy(draw.arrays(SCORES)[0]).to(dtype)
        mask = draw_mask(draw, *scores.shape)
        expect_close("weights", learner.masked_softmax(scores, mask), softmax_of(scores, mask).to(dtype))
    return RAN


@softmax_checks.check(points=2)
def rows_of_nothing(learner, draw):
    """A row in which nothing may be attended must give zeros and zero gradients, for a mask of any shape."""
    cube = dict.fromkeys(SCORES.split(), draw.integer(3, 5))
    cases: list[Any] = []
    for dtype, sizes in ((DOUBLE, {}), (torch.float32, cube), (DOUBLE, {"kv_len": 1})):
        (scores,) = tensors(draw.arrays(SCORES, **sizes), dtype)
        cases += [(scores, torch.from_numpy(mask)) for mask in draw.masks(*scores.shape)]
    expect_weights(learner, draw, cases)
    return RAN


@softmax_checks.check(points=1)
def one_or_a_thousand_scores(learner, draw):
    """One of anything or a thousand keys, scores of hundreds or ten thousands, also hidden, must be right."""
    short = *draw.extents(SCORES, q_len=3, kv_len=4), draw.arrays(SCORES, q_len=1)
    cases: list[Any] = []
    for (array,) in (*draw.extents(SCORES, batch=1), *short):
        cases.append((torch.from_numpy(array), draw_mask(draw, *array.shape[2:])))
    for (array,) in draw.magnitudes(SCORES):
        scores, mask = torch.from_numpy(array.round()), draw_mask(draw, *array.shape[2:])
        cases += [(each, mask) for each in (scores, -scores.abs() - 1, scores.masked_fill(~mask, 5000.0))]
    expect_weights(learner, draw, cases)
    return RAN


@softmax_checks.check(points=1)
def on_its_device(learner, draw):
    """It must be computed where the scores lie, without a copy to the host or a wait for it."""
    scores = draw.tensor(2, 3, 4, 5)
    mask = draw_mask(draw, 4, 5)
    seen = learner.masked_softmax.observed("pretend_device", scores, mask)
    expect_stays_on_device(seen)
    expect_close("weights", seen["value"], softmax_of(scores, mask).float())
    return ON_DEVICE


@softmax_checks.stand_in
def masked_softmax(scores, mask):
    import torch

    weights = torch.softmax(torch.where(mask, scores, float("-inf")), -1)
    return torch.where(mask, weights, 0.0)


attention_checks = HiddenChecks("06.1")


def of_both(learner, inputs):
    """Yield name, function and inputs of the output and of the weights."""
    yield "output", learner.attention, inputs
    yield "weights", learner.attention_weights, inputs[:2]


def expect_attention(learner, *cases):
    """Expect output and weights to be those of the formula, for each case: inputs and options."""
    questions = []
    for inputs, options in cases:
        questions += [function.later(*given, **options) for _, function, given in of_both(learner, inputs)]
    found = answers(learner, questions)
    for (asked, output), (_, weights) in zip(found, found, strict=True):
        right = exact_both(*asked.args, **asked.kwargs)
        expect_close("output", output, right[0])
        expect_close("weights", weights, right[1])


def expect_differentiable(learner, draw, *cases):
    """Expect output and weights to be those of the formula, in the dtype of the inputs, with gradients.

    A case is inputs and options.
    """
    questions = []
    for inputs, options in cases:
        query, key, value = inputs
        widths = {"output": value.shape[3], "weights": key.shape[2]}
        for name, function, given in of_both(learner, inputs):
            cotangent = draw.tensor(*query.shape[:3], widths[name], dtype=query.dtype)
            questions.append(function.later.gradients(*given, cotangent=cotangent, **options))
    for asked, (value, gradients) in answers(learner, questions):
        name = "output" if len(asked.args) == 3 else "weights"
        dtype = asked.args[0].dtype
        tolerance = {"rtol": 0.05} if dtype.itemsize == 2 else {}
        wanted, right = exact_gradients(asked.args, asked.options["cotangent"], **asked.kwargs)
        expect_dtype(name, value, dtype)
        expect_close(name, value, wanted, **tolerance)
        expect_gradients(gradients, right, **tolerance)


@attention_checks.check(points=2, gate=True)
def agrees_with_the_formula(learner, draw):
    """The output must be softmax(Q Kᵀ / √d_head) V for every batch element and head."""
    expect_attention(learner, (draw_heads(draw), {}))
    return RAN


@attention_checks.check(points=1)
def masks_of_every_shape(learner, draw):
    """A mask may be for all, for each batch element or for each head, with any axis left out, also causal."""
    cases: list[Any] = []
    for inputs in (draw_heads(draw), draw_cube(draw), draw_heads(draw, kv_len=1)):
        masks = map(torch.from_numpy, draw.masks(*inputs[0].shape[:3], inputs[1].shape[2]))
        for place, mask in enumerate(masks):
            ways = (place % 2 == 0,) if cases[14:] else (False, True)  # all with the first inputs
            cases += [(inputs, {"mask": mask, "is_causal": is_causal}) for is_causal in ways]
    expect_attention(learner, *cases)
    return RAN


@attention_checks.check(points=1)
def no_look_ahead(learner, draw):
    """With is_causal, query i sees the keys up to i, also when there are more keys than queries or fewer."""
    cases: list[Any] = []
    for q_len, kv_len in ((3, 7), (7, 3), (1, 4)):
        inputs = draw_heads(draw, q_len=q_len, kv_len=kv_len)
        mask = draw_mask_of_past(draw, q_len, kv_len)
        cases += (inputs, {"is_causal": True}), (inputs, {"mask": mask, "is_causal": True})
    expect_attention(learner, *cases)
    return RAN


@attention_checks.check(points=1)
def nothing_to_attend_to(learner, draw):
    """A row in which nothing may be attended must give zeros and zero gradients, without NaN."""
    inputs = draw_heads(draw)
    mask = draw_mask(draw, inputs[0].shape[0], 1, inputs[0].shape[2], inputs[1].shape[2])
    mask[0, :, 1] = mask[-1, :, 0] = False
    expect_differentiable(learner, draw, (inputs, {"mask": mask}))
    return RAN


@attention_checks.check(points=1)
def a_scale_of_your_own(learner, draw):
    """The argument `scale` must take the place of 1 / √d_head, also where it is 0, negative or large."""
    query, key, value = draw_heads(draw)
    query, key = query.round(), key.round()  # products that float32 holds exactly, also times 3000
    scales = float(draw.uniform(0.8, 1.6)), 0.0, -0.5, float(draw.integer(2000, 3000))
    expect_attention(learner, *(((query, key, value), {"scale": scale}) for scale in scales))
    return RAN


@attention_checks.check(points=1)
def one_or_a_thousand(learner, draw):
    """One of anything or a thousand tokens, scores of hundreds or of millions: every number must be right."""
    cases: list[Any] = [(tensors(arrays), {}) for arrays in one_and_many(draw)]
    for arrays in draw.extents(*HEADS, batch=1, n_heads=1):
        mask = draw_mask(draw, arrays[0].shape[2], arrays[1].shape[2])
        cases.append((tensors(arrays), {"mask": mask, "is_causal": True, "scale": 0.3}))
    between = coarse(draw.arrays(*HEADS, largest=30.0, d_head=4))
    for query, key, value in (between, *map(coarse, draw.magnitudes(*HEADS, d_head=4))):
        low = query.abs() + 1, -key.abs() - 1, value  # every score is negative
        mask = draw_mask(draw, query.shape[2], key.shape[2])
        cases += ((query, key, value), {}), (low, {"mask": mask})
    inputs, mask = far_above(draw)
    expect_attention(learner, *cases, (inputs, {"mask": mask}))
    return RAN


@attention_checks.check(points=1, precision=True)
def nine_digits(learner, draw):
    """Numbers in float64 must be right to nine digits: nothing may be computed in float32, nothing added."""
    for name, function, given in of_both(learner, draw_heads(draw)):
        expect_precise(name, function(*given), exact(*given))
    return RAN


@attention_checks.check(points=1)
def grouped_heads(learner, draw):
    """Six query heads must share two, three, or one key and value head, neighbours together."""
    cases = ((draw_heads(draw, n_kv_heads), {"is_causal": True}) for n_kv_heads in (2, 3, 1))
    expect_attention(learner, *cases)
    return RAN


@attention_checks.check(points=1)
def carries_gradients(learner, draw):
    """In every dtype and with every option gradients must reach all inputs, which must stay as they are."""
    dtypes = DOUBLE, torch.float32, torch.float16, torch.bfloat16
    cases: list[Any] = []
    for case in draw.pairs(
        mask=(False, True),
        is_causal=(False, True),
        scale=(None, 0.3),
        dtype=dtypes,
        one=ONES,
        shared=(1, 3, 6),
    ):
        sizes = {case["one"]: 1} if case["one"] else {}
        inputs = draw_heads(draw, 6 // case["shared"], case["dtype"], **sizes)
        mask = draw_mask(draw, inputs[0].shape[2], inputs[1].shape[2]) if case["mask"] else None
        if mask is not None:
            mask[1:2] = False  # of several queries one sees nothing
        cases.append((inputs, {"mask": mask, "is_causal": case["is_causal"], "scale": case["scale"]}))
    expect_differentiable(learner, draw, *cases)
    for name, function, given in of_both(learner, draw_heads(draw, 3)):
        mask = draw_mask(draw, *given[0].shape[:3], given[1].shape[2])
        names = (*("query", "key", "value")[: len(given)], "mask")
        ways = given, (*given, mask), (*given, mask, True, 0.3)
        found = answers(learner, (function.later.with_arguments(*way) for way in ways))
        for asked, (value, after, _) in found:
            more = dict(zip(("mask", "is_causal", "scale"), asked.args[len(given) :], strict=False))
            expect_close(name, value, exact(*given, **more))
            expect_same_arguments(names[: len(asked.args)], after[: len(names)], asked.args[: len(names)])
    return RAN


@attention_checks.check(points=2)
def stays_on_the_device(learner, draw):
    """Everything must be computed where the inputs lie, without a copy to the host or a wait for it."""
    inputs = draw_heads(draw, 2, torch.float32, q_len=5, kv_len=7)
    mask = draw_mask_of_past(draw, 5, 7)
    for name, function, given in of_both(learner, inputs):
        for scale in (None, 0.3):
            options = {"is_causal": True, "scale": scale}
            seen = function.observed("pretend_device", *given, mask=mask, **options)
            expect_stays_on_device(seen)
            expect_close(name, seen["value"], exact(*given, mask=mask, **options).float())
    return ON_DEVICE


@attention_checks.check(points=2)
def half_precision(learner, draw):
    """In float16 and bfloat16 the error must be at most twice that of torch's own attention."""
    questions = []
    for dtype in (torch.float16, torch.bfloat16):
        query, key = (draw.tensor(2, 3, length, 64, scale=2.0, dtype=dtype) for length in (37, 211))
        value = draw.tensor(2, 3, 211, 16, dtype=dtype)
        large, small = 32 * query, key / 2**19  # their products are moderate
        questions.append(learner.attention.later(query, key, value))
        questions.append(learner.attention.later(large, small, value, scale=2048.0))
    found = answers(learner, questions)
    for (asked, output), (scaled, other) in zip(found, found, strict=True):
        (query, key, value), dtype = asked.args, asked.args[0].dtype
        expect_dtype("output", output, dtype)
        wanted = exact(query, key, value)
        expect_close("output", output, wanted.to(dtype), rtol=0.05)
        error = (output.double() - wanted).square().mean().sqrt()
        allowed = (
            2 * (scaled_dot_product_attention(query, key, value).double() - wanted).square().mean().sqrt()
        )
        message = f"output in {dtype}: the error is more than twice torch's own. What type are the scores?"
        expect(bool(error <= allowed), message)
        expect_close("output", other, exact(*scaled.args, **scaled.kwargs).to(dtype), rtol=0.05)
    return RAN


attention_checks.region("scores from 100 to 1,000", has_row_between(100, 1000))
attention_checks.region("rows of scores below -10,000", has_row_between(-math.inf, -1e4))
attention_checks.region("a hidden score far above the others", has_hidden_peak)
for keyword in ("mask", "is_causal", "scale"):
    attention_checks.region(
        f"{keyword} with shared heads",
        lambda call, name=keyword: (
            name in call.given and 1 < call.sizes["n_kv_heads"] < call.sizes["n_heads"]
        ),
    )


@attention_checks.stand_in
def attention_weights(query, key, mask=None, is_causal=False, scale=None):
    import torch

    batch, n_heads, q_len, d_head = query.shape
    wide = torch.float64 if query.dtype == torch.float64 else torch.float32
    grouped = query.to(wide).reshape(batch, key.shape[1], -1, q_len, d_head)
    scores = torch.einsum("bgrid,bgjd->bgrij", grouped, key.to(wide))
    scores = scores * (d_head**-0.5 if scale is None else scale)
    scores = scores.reshape(batch, n_heads, q_len, -1)
    hidden = torch.zeros(scores.shape, dtype=torch.bool, device=query.device)
    if is_causal:
        places = [torch.arange(length, device=query.device) for length in scores.shape[-2:]]
        hidden = hidden | (places[1] > places[0][:, None])
    if mask is not None:
        hidden = hidden | ~mask
    weights = torch.softmax(torch.where(hidden, float("-inf"), scores), -1)
    return torch.where(hidden, 0.0, weights).to(query.dtype)


@attention_checks.stand_in
def attention(query, key, value, mask=None, is_causal=False, scale=None):
    import torch

    d_head = query.shape[-1]
    repeat = query.shape[1] // key.shape[1]
    key, value = (each.repeat_interleave(repeat, 1) for each in (key, value))
    wide = torch.float64 if query.dtype == torch.float64 else torch.float32
    scores = torch.einsum("bhid,bhjd->bhij", query.to(wide), key.to(wide))
    scores = scores * (d_head**-0.5 if scale is None else scale)
    hidden = torch.zeros(scores.shape, dtype=torch.bool, device=query.device)
    if is_causal:
        places = [torch.arange(length, device=query.device) for length in scores.shape[-2:]]
        hidden = hidden | (places[1] > places[0][:, None])
    if mask is not None:
        hidden = hidden | ~mask
    weights = torch.softmax(torch.where(hidden, float("-inf"), scores), -1)
    weights = torch.where(hidden, 0.0, weights).to(query.dtype)
    return torch.einsum("bhij,bhjd->bhid", weights, value)


module_checks = HiddenChecks("06.2")

TOKENS = "batch q_len d_model", "batch kv_len d_model"


def draw_state(draw, d_model):
    """Return parameters, named as in nn.MultiheadAttention, that keep the size of the numbers."""
    shapes = {
        "in_proj_weight": (3 * d_model, d_model),
        "in_proj_bias": (3 * d_model,),
        "out_proj.weight": (d_model, d_model),
        "out_proj.bias": (d_model,),
    }
    return {name: draw.tensor(*shape, scale=d_model**-0.5) for name, shape in shapes.items()}


def loaded(learner, *wanted):
    """Return the learner's modules with these parameters: for each, the state and the number of heads."""
    sizes = [(len(state["out_proj.bias"]), n_heads) for state, n_heads in wanted]
    modules = [ours for _, ours in learner.MultiHeadAttention.each(sizes)]
    calls = []
    for ours, (state, _) in zip(modules, wanted, strict=True):
        if state["out_proj.bias"].dtype is DOUBLE:
            calls.append(ours.double.later())
        calls.append(ours.load_state_dict.later(state))
    for _ in answers(learner, calls):
        pass  # there is nothing to compare
    return modules


def exact_module(state, n_heads, x, context=None, mask=None, is_causal=False):
    """Return output and weights of multi-head attention in float64."""
    state = {name: each.double() for name, each in state.items()}
    context = x if context is None else context

    def heads(part, tokens):
        weight, bias = (state[f"in_proj_{name}"].chunk(3)[part] for name in ("weight", "bias"))
        return (tokens.double() @ weight.T + bias).unflatten(-1, (n_heads, -1)).transpose(1, 2)

    query, key, value = heads(0, x), heads(1, context), heads(2, context)
    output, weights = exact_both(query, key, value, mask, is_causal)
    merged = output.transpose(1, 2).flatten(2)
    return merged @ state["out_proj.weight"].T + state["out_proj.bias"], weights


def expect_module(learner, *cases):
    """Expect output and, where they are asked for, weights to be those of the formula.

    A case is a module, its state and number of heads, inputs and options.
    """
    questions = [ours.later(*inputs, **options) for ours, _, _, inputs, options in cases]
    for (_, state, n_heads, *_), (asked, answer) in zip(cases, answers(learner, questions), strict=True):
        wanted = exact_module(state, n_heads, *asked.args, **without_weights(asked.kwargs))
        expect_answer(answer, wanted, asked.kwargs)


def without_weights(options):
    """Return the options that change the output."""
    return {name: value for name, value in options.items() if name != "need_weights"}


def expect_answer(answer, wanted, options):
    """Expect an output, or output and weights; a single number may be a small rest of larger terms."""
    found = expect_pair("output and weights", answer) if options.get("need_weights") else (answer,)
    for name, actual, right in zip(("output", "weights"), found, wanted, strict=False):
        expect_close(name, actual, right.float(), atol=1e-5 * max(1.0, float(right.abs().max())))


@module_checks.check(points=3, gate=True)
def agrees_with_torch(learner, draw):
    """With the weights of nn.MultiheadAttention loaded, self-attention must give the same output."""
    for d_model, n_heads in ((12, 3), (8, 4)):
        state = draw_state(draw, d_model)
        theirs = torch.nn.MultiheadAttention(d_model, n_heads, batch_first=True).requires_grad_(False)
        theirs.load_state_dict(state)
        x = draw.tensor(2, draw.integer(5, 7), d_model)
        wanted = theirs(x, x, x, need_weights=False)[0]
        (ours,) = loaded(learner, (state, n_heads))
        expect_close("output", ours(x), wanted)
    return RAN


@module_checks.check(points=1)
def reads_from_a_context(learner, draw):
    """With `context`, the queries must come from x, the keys and values from the context, however large."""
    wanted, given = [], []
    for arrays in (draw.arrays(*TOKENS, d_model=12), *draw.magnitudes(*TOKENS, d_model=12)):
        x, context = tensors(arrays, torch.float32)
        state, n_heads = draw_state(draw, 12), draw.integer(2, 4)
        state["in_proj_weight"][:24] /= max(1.0, float(x.abs().max()))  # queries and keys stay moderate
        wanted.append((state, n_heads))
        given.append((x, context))
    modules = loaded(learner, *wanted)
    cases = zip(modules, wanted, given, strict=True)
    expect_module(learner, *((ours, *made, inputs, {}) for ours, made, inputs in cases))
    return RAN


@module_checks.check(points=1)
def one_or_a_thousand_tokens(learner, draw):
    """One head, token or feature, or a thousand tokens must be right, also at the twentieth call, or after
    other parameters were loaded."""
    given = [*draw.extents(*TOKENS), draw.arrays(*TOKENS, batch=1, q_len=1)]
    given = [tensors(arrays, torch.float32) for arrays in given]
    widths = [x.shape[2] for x, _ in given]
    wanted = [(draw_state(draw, width), 3 if width % 3 == 0 else 2 - width % 2) for width in widths]
    cases: list[Any] = []
    for ours, made, (x, context) in zip(loaded(learner, *wanted), wanted, given, strict=True):
        mask = draw_mask(draw, x.shape[1], context.shape[1])
        mask[0] = False
        every = {"mask": mask, "is_causal": True, "need_weights": True}
        cases += (ours, *made, (x, context), {}), (ours, *made, (x, context), every)
    state, x = draw_state(draw, 6), draw.tensor(2, 4, 6)
    (ours,) = loaded(learner, (state, 1))
    expect_module(learner, *cases, *((ours, state, 1, (x[:, :length],), {}) for length in [4, 3] * 10))
    ours.eval()
    for other in (state, draw_state(draw, 6)):
        ours.load_state_dict(other)
        expect_module(learner, (ours, other, 1, (x,), {}))
    return RAN


@module_checks.check(points=1)
def shows_each_head(learner, draw):
    """With need_weights the weights of every head must come along, (batch, n_heads, q_len, kv_len)."""
    for d_model, n_heads in ((12, 3), (32, 16)):
        state = draw_state(draw, d_model)
        (ours,) = loaded(learner, (state, n_heads))
        x, context = tensors(draw.arrays(*TOKENS, d_model=d_model), torch.float32)
        cases = ((ours, state, n_heads, given, {"need_weights": True}) for given in ((x,), (x, context)))
        expect_module(learner, *cases)
    return RAN


@module_checks.check(points=1)
def hides_what_it_must(learner, draw):
    """`mask` and `is_causal` must hide keys from every head, alone and together; a mask has any shape."""
    state = draw_state(draw, 10)
    (ours,) = loaded(learner, (state, 2))
    x, context = tensors(draw.arrays(*TOKENS, batch=3, d_model=10), torch.float32)
    calls: list[Any] = [((x,), {"is_causal": True})]
    for mask in map(torch.from_numpy, draw.masks(3, 2, x.shape[1], context.shape[1])):
        every = {"mask": mask, "is_causal": True, "need_weights": True}
        calls += ((x, context), {"mask": mask}), ((x, context), every)
    last = (x,), {"mask": draw_mask(draw, 3, 1, 1, x.shape[1])}
    expect_module(learner, *((ours, state, 2, *call) for call in (*calls, last)))
    ours.eval()  # changes what is random in training, and there is nothing of the kind
    expect_module(learner, (ours, state, 2, *last))
    return RAN


@module_checks.check(points=1)
def trains_on_the_device(learner, draw):
    """On any device, with every option, gradients must reach inputs and parameters; the inputs stay."""
    state, n_heads, dtypes = draw_state(draw, 12), 3, (DOUBLE, torch.float32)
    states = [({name: each.to(dtype) for name, each in state.items()}, n_heads) for dtype in dtypes]
    modules = dict(zip(dtypes, loaded(learner, *states), strict=True))
    questions = []
    for case in draw.pairs(
        context=(False, True),
        mask=(False, True),
        is_causal=(False, True),
        need_weights=(False, True),
        one=ONES,
        dtype=dtypes,
    ):
        sizes, ours = {case["one"]: 1} if case["one"] else {}, modules[case["dtype"]]
        x, context = tensors(draw.arrays(*TOKENS, d_model=12, **sizes), case["dtype"])
        inputs = (x, context) if case["context"] or case["one"] == "kv_len" else (x,)
        mask = draw_mask(draw, x.shape[1], inputs[-1].shape[1]) if case["mask"] else None
        options = {"mask": mask} | {name: case[name] for name in ("is_causal", "need_weights")}
        cotangent = draw.tensor(*x.shape, dtype=case["dtype"])
        questions.append(ours.later.gradients(*inputs, cotangent=cotangent, **options))
    for asked, (value, found) in answers(learner, questions):
        expect_with_gradients(
            value, found, state, n_heads, asked.args, asked.options["cotangent"], asked.kwargs
        )
    ours = modules[torch.float32]
    x, context = tensors(draw.arrays(*TOKENS, d_model=12), torch.float32)
    mask, cotangent = draw_mask(draw, x.shape[1], context.shape[1]), draw.tensor(*x.shape)
    leaves = {name: each.detach().double().requires_grad_() for name, each in state.items()}
    wanted = torch.autograd.grad(
        exact_module(leaves, n_heads, x, context)[0], list(leaves.values()), cotangent.double()
    )
    _, found = ours.parameter_gradients(x, context, cotangent=cotangent)
    found = [found.get(name) for name in leaves]
    expect_gradients(found, [each.float() for each in wanted], names=leaves, size=10.0)
    every: dict[str, Any] = {"is_causal": True, "need_weights": True}
    none: dict[str, Any] = {}
    for given, options in (((x,), none), ((x, context, mask), every)):
        _, after, _ = ours.with_arguments(*given, **options)
        expect_same_arguments(("x", "context", "mask")[: len(given)], after, given)
        seen = ours.forward.observed("pretend_device", *given, **options, options={"cotangent": cotangent})
        expect_stays_on_device(seen)
        hidden = {"mask": mask, **options} if options else options
        expect_with_gradients(seen["value"], seen["gradients"], state, n_heads, given[:2], cotangent, hidden)
    return ON_DEVICE


def expect_with_gradients(answer, found, state, n_heads, inputs, cotangent, options):
    """Expect output, weights where they are asked for, and the gradients of x and of the context."""
    leaves = [each.detach().double().requires_grad_() for each in inputs]
    output, weights = exact_module(state, n_heads, *leaves, **without_weights(options))
    expect_answer(answer, (output.detach(), weights.detach()), options)
    wanted = torch.autograd.grad(output, leaves, cotangent.double())
    expect_gradients(found, [each.float() for each in wanted], names=("x", "context"))


module_checks.region("one head", lambda call: call.sizes["n_heads"] == 1 and call.sizes["d_model"] > 1)


@module_checks.stand_in
def MultiHeadAttention(d_model, n_heads):
    import torch

    class Module(torch.nn.MultiheadAttention):
        def forward(self, x, context=None, mask=None, is_causal=False, need_weights=False):  # type: ignore[override]  # called as ours is
            context = x if context is None else context
            matrices, biases = self.in_proj_weight.chunk(3), self.in_proj_bias.chunk(3)
            query, key, value = (
                torch.nn.functional.linear(*view).unflatten(-1, (n_heads, -1)).transpose(1, 2)
                for view in zip((x, context, context), matrices, biases, strict=True)
            )
            scores = torch.einsum("bhid,bhjd->bhij", query, key) / query.shape[-1] ** 0.5
            seen = torch.ones(scores.shape, dtype=torch.bool, device=x.device)
            seen = (seen.tril() if is_causal else seen) & (True if mask is None else mask)
            weights = torch.where(seen, torch.softmax(torch.where(seen, scores, -torch.inf), -1), 0.0)
            output = self.out_proj(torch.einsum("bhij,bhjd->bihd", weights, value).flatten(2))
            return (output, weights) if need_weights else output

    return Module(d_model, n_heads, batch_first=True)


function_checks = HiddenChecks("06.3")


def expect_function(learner, draw, *cases, factors=(1.0,), order=1, between=None, rtol=1e-5):
    """Expect the output and the gradients of query, key and value to be those of attention.

    A case is the inputs, with a mask or without, and how large the terms of their gradients are. The gradient
    of the output, times each of the factors, lies transposed; `between` goes through the function before
    backward runs. With an `order` of -1 the gradient of value is looked at first: what differs in one
    gradient only has another name than what differs in two.
    """
    questions = []
    for (given, _), factor in product(cases, factors):
        shape = given[2].shape[-1], *reversed(given[0].shape[:3])
        cotangent = (factor * draw.tensor(*shape, dtype=given[0].dtype)).permute(3, 2, 1, 0)
        ask = learner.AttentionFunction.apply.later.gradients
        questions.append(ask(*given, cotangent=cotangent, between=between))
    sizes = [size for (_, size), _ in product(cases, factors)]
    for size, (asked, (value, found)) in zip(sizes, answers(learner, questions), strict=True):
        mask = dict(enumerate(asked.args)).get(3)
        wanted, right = exact_gradients(asked.args[:3], asked.options["cotangent"], mask=mask)
        expect_close("output", value, wanted, rtol=rtol)
        names = ("query", "key", "value")[::order]
        expect_gradients(found[::order], right[::order], names, rtol=rtol, size=size)


@function_checks.check(points=2, gate=True)
def output_and_gradients(learner, draw):
    """The output and the three gradients must be those of attention."""
    expect_function(learner, draw, (draw_heads(draw), 1.0))
    return RAN


@function_checks.check(points=2)
def gradients_under_a_mask(learner, draw):
    """What a mask of any shape hides must get no gradient; a row that sees nothing gets zeros."""
    cases: list[Any] = []
    for inputs in (draw_heads(draw), draw_cube(draw), draw_heads(draw, kv_len=1)):
        masks = draw.masks(*inputs[0].shape[:3], inputs[1].shape[2])
        cases += [(*inputs, torch.from_numpy(mask)) for mask in masks]
    for one in ONES[1:]:
        inputs = draw_heads(draw, dtype=torch.float32, **{one: 1})
        cases.append((*inputs, draw_mask(draw, inputs[0].shape[2], inputs[1].shape[2])))
    inputs, mask = far_above(draw)
    expect_function(learner, draw, *((given, 1.0) for given in (*cases, (*inputs, mask))))
    return RAN


@function_checks.check(points=1)
def follows_the_output_gradient(learner, draw):
    """-2000 times the output's gradient gives -2000 times the gradients, 0 gives 0, each alone too; inputs
    stay."""
    inputs = draw_heads(draw, dtype=torch.float32)
    factors = 0.0, -2000.0
    expect_function(learner, draw, (inputs, 1.0), factors=factors, order=-1, between=draw_cube(draw))
    cotangent = draw.tensor(*inputs[0].shape[:3], inputs[2].shape[-1])
    output, gradients = exact_gradients(inputs, cotangent)
    ask, names = learner.AttentionFunction.apply.later, ("query", "key", "value", "mask")
    questions = []
    for place in range(3):
        given = [each.detach().requires_grad_(place == at) for at, each in enumerate(inputs)]
        questions.append(ask.gradients(*given, cotangent=cotangent))
    for place, (_, (value, found)) in enumerate(answers(learner, questions)):
        expect_close("output", value, output)
        expect_gradients(found[place:], gradients[place:][:1], names[place:])
    mask = draw_mask(draw, inputs[0].shape[2], inputs[1].shape[2])
    questions = [ask.with_arguments(*inputs), ask.with_arguments(*inputs, mask)]
    for asked, (_, after, _) in answers(learner, questions):
        expect_same_arguments(names[: len(asked.args)], after, asked.args)
    return RAN


@function_checks.check(points=1, precision=True)
def nine_digits_of_each(learner, draw):
    """Numbers in float64 must be right to nine digits: nothing may be computed in float32, nothing added."""
    expect_function(learner, draw, (draw_heads(draw), 1.0), rtol=PRECISION)
    return RAN


@function_checks.check(points=1)
def one_of_everything(learner, draw):
    """One of anything, a thousand tokens, and numbers up to ten thousands must all get their gradients."""
    cases: list[Any] = []
    for query, key, value in map(tensors, one_and_many(draw)):
        mask = [draw_mask(draw, query.shape[2], key.shape[2])] if query.shape[2] != key.shape[2] else []
        cases.append(([query, key, value, *mask], 1.0))
    query, key, value = tensors(draw.arrays(*HEADS, largest=2.0))
    for factor in (2.0**8, 2.0**14):  # scores and gradients stay moderate
        cases.append(([query * factor, key / factor, value * factor], 1e-3))
        cases.append(([query / factor, key * factor, value], 1e-3))
    between = coarse(draw.arrays(*HEADS, largest=30.0, d_head=4))
    for large in (between, *map(coarse, draw.magnitudes(*HEADS, d_head=4))):
        low = [large[0].abs() + 1, -large[1].abs() - 1, large[2]]  # every score is negative
        for inputs in (large, low):
            size = math.prod(float(each.abs().max()) for each in inputs)
            cases.append(([each.float() for each in inputs], size))
    expect_function(learner, draw, *cases)
    return RAN


@function_checks.check(points=1)
def differentiates_on_the_device(learner, draw):
    """Forward and backward must stay on the device of the inputs."""
    inputs = draw_heads(draw, dtype=torch.float32)
    cotangent = draw.tensor(*inputs[0].shape[:3], inputs[2].shape[-1])
    mask = draw_mask(draw, inputs[0].shape[2], inputs[1].shape[2])
    for given in ((), (mask,)):
        seen = learner.AttentionFunction.apply.observed(
            "pretend_device", *inputs, *given, options={"cotangent": cotangent}
        )
        expect_stays_on_device(seen)
        output, wanted = exact_gradients(inputs, cotangent, mask=mask if given else None)
        expect_close("output", seen["value"], output)
        expect_gradients(seen["gradients"], wanted)
    return ON_DEVICE


for name in ("query", "key", "value"):
    function_checks.region(
        f"gradient of {name} alone",
        lambda call, alone=name: (
            [each for each in ("query", "key", "value") if call[each].requires_grad] == [alone]
        ),
    )
function_checks.region("scores from 100 to 1,000", has_row_between(100, 1000))
function_checks.region("rows of scores below -10,000", has_row_between(-math.inf, -1e4))
function_checks.region("a hidden score far above the others", has_hidden_peak)


cache_checks = HiddenChecks("06.4")

APPENDED = HEADS[0].replace("q_len", "new_len"), *(each.replace("kv_len", "new_len") for each in HEADS[1:])


def draw_tokens(draw, length, n_kv_heads=2, n_heads=2, dtype=DOUBLE):
    """Return query, key and value of a sequence of `length` tokens."""
    shapes = ((n_heads, length, 4), (n_kv_heads, length, 4), (n_kv_heads, length, 3))
    return [draw.tensor(2, *shape, dtype=dtype) for shape in shapes]


def expect_same_rows(learner, *cases, expect_same=expect_close):
    """Feed tokens in pieces and compare with causal attention over all of them; a case is tokens and cuts."""
    expect_attends(learner, *cases, expect_same=expect_same)
    expect_appends(learner, *cases, expect_same=expect_same)


def expect_attends(learner, *cases, expect_same=expect_close):
    """Feed the tokens of each case in pieces to `attend` of a new cache."""
    caches = learner.KeyValueCache.each([()] * len(cases))
    questions = []
    for (_, cache), (inputs, cuts) in zip(caches, cases, strict=True):
        questions += [cache.attend.later(*piece) for piece in pieces(inputs, cuts)]
    found = answers(learner, questions)
    for inputs, cuts in cases:
        wanted = exact(*inputs, is_causal=True)
        for (start, stop), (_, rows) in zip(pairwise(cuts), found, strict=False):
            expect_same(f"output of tokens {start} to {stop - 1}", rows, wanted[:, :, start:stop])


def expect_appends(learner, *cases, expect_same=expect_close):
    """Feed the tokens of each case in pieces to `append` of a new cache; return the caches."""
    caches = [cache for _, cache in learner.KeyValueCache.each([()] * len(cases))]
    questions = []
    for cache, (inputs, cuts) in zip(caches, cases, strict=True):
        questions += [cache.append.later(*piece) for piece in pieces(inputs[1:], cuts)]
    found = answers(learner, questions)
    for (_, key, value), cuts in cases:
        for (_, stop), (_, answer) in zip(pairwise(cuts), found, strict=False):
            keys, values = expect_pair("keys and values", answer)
            expect_same("keys", keys, key[:, :, :stop])
            expect_same("values", values, value[:, :, :stop])
    return caches


def pieces(inputs, cuts):
    """Yield the tokens between two cuts, of each input."""
    for start, stop in pairwise(cuts):
        yield [each[:, :, start:stop] for each in inputs]


@cache_checks.check(points=2, gate=True)
def one_token_at_a_time(learner, draw):
    """Token by token, each output must be the row that causal attention over all tokens gives."""
    length = draw.integer(5, 7)
    expect_attends(learner, (draw_tokens(draw, length), range(length + 1)))
    return RAN


@cache_checks.check(points=2)
def several_tokens_at_a_time(learner, draw):
    """New tokens that come together must see the old ones and each other, but nothing later."""
    cuts = [0, 4, 5, 8, 8 + draw.integer(2, 4)]
    expect_attends(learner, (draw_tokens(draw, cuts[-1]), cuts))
    long = draw.arrays(*APPENDED, batch=1, n_heads=1, new_len=draw.integer(1050, 1100))
    size = draw.integer(3, 5)
    cube = draw.arrays(*APPENDED, **dict.fromkeys(" ".join(APPENDED).split(), size) | {"new_len": 2 * size})
    cases = [(tensors(cube), [0, size, 2 * size])]
    for arrays in (long, *draw.extents(*APPENDED, new_len=3)):
        new_len = arrays[0].shape[2]
        inputs = tensors(arrays, DOUBLE if new_len < 1000 else torch.float32)  # takes a third of the time
        cases.append((inputs, [0, max(1, new_len // 50), new_len - 1, new_len]))
    expect_same_rows(learner, *cases)
    return RAN


@cache_checks.check(points=1)
def remembers_in_order(learner, draw):
    """`append` must return every key and value since the start, the oldest first, for `attend` as well."""
    inputs = draw_tokens(draw, 9, n_heads=4)
    long = [each[:1, :1] for each in draw_tokens(draw, 9000)]
    some = [each[:, :, :6] for each in inputs]
    _, cache = expect_appends(learner, (long, [0, 100, 8999, 9000]), (some, [0, 2, 3, 6]))
    rows = cache.attend(*(each[:, :, 6:8] for each in inputs))
    expect_close("output after append", rows, exact(*inputs, is_causal=True)[:, :, 6:8])
    keys, values = cache.append(*(each[:, :, 8:] for each in inputs[1:]))
    expect_close("keys after attend", keys, inputs[1])
    expect_close("values after attend", values, inputs[2])
    return RAN


@cache_checks.check(points=1, precision=True)
def nine_digits_of_each_token(learner, draw):
    """Numbers in float64 must be right to nine digits: nothing may be computed in float32, nothing added."""
    expect_same_rows(learner, (draw_tokens(draw, 5), [0, 2, 3, 5]), expect_same=expect_precise)
    return RAN


@cache_checks.check(points=1)
def shares_heads(learner, draw):
    """Four query heads must be able to share two cached key and value heads, among numbers of any size."""
    expect_attends(learner, (draw_tokens(draw, 6, 2, 4), [0, 1, 3, 5, 6]))
    shapes = APPENDED[0], *(each.replace("n_heads", "n_kv_heads") for each in APPENDED[1:])
    drawn = draw.magnitudes(*shapes, batch=1, n_heads=4, n_kv_heads=2, d_head=4)
    expect_same_rows(learner, *((coarse(arrays), [0, 2, arrays[0].shape[2]]) for arrays in drawn))
    return RAN


@cache_checks.check(points=1)
def two_conversations(learner, draw):
    """Two caches must know nothing of each other; one remembers more than twenty tokens, and changes none."""
    both = (draw_tokens(draw, 4, dtype=dtype) for dtype in (torch.float32, DOUBLE))
    expect_attends(learner, *((inputs, [0, 2, 3, 4]) for inputs in both))
    expect_same_rows(learner, (draw_tokens(draw, 23), range(24)))
    inputs, second = draw_tokens(draw, 3), learner.KeyValueCache()
    (first,) = expect_appends(learner, (draw_tokens(draw, 4, dtype=torch.float32), [0, 2, 4]))
    for function, given in ((first.append, [each.float() for each in inputs[1:]]), (second.attend, inputs)):
        _, after, _ = function.with_arguments(*given)
        expect_same_arguments(("query", "key", "value")[-len(given) :], after, given)
    return RAN


@cache_checks.check(points=1)
def remembers_on_the_device(learner, draw):
    """Keys, values and the mask must be on the device, and gradients must reach what is new and is kept."""
    inputs = draw_tokens(draw, 6)
    cache = learner.KeyValueCache()
    for start, stop in ((0, 2), (2, 5)):
        seen = cache.attend.observed("pretend_device", *(each[:, :, start:stop] for each in inputs))
        expect_stays_on_device(seen)
    wanted = exact(*inputs, is_causal=True)
    expect_close("output", seen["value"], wanted[:, :, 2:5])
    for dtype in (DOUBLE, torch.float32):
        expect_cache_gradients(learner, draw, [each.to(dtype) for each in inputs])
    return ON_DEVICE


def expect_cache_gradients(learner, draw, inputs):
    """Expect gradients of the tokens 2 to 4, behind two in the cache, and a cache that then holds all."""
    dtype = inputs[0].dtype
    old, new, last = ([each[:, :, part] for each in inputs] for part in (slice(2), slice(2, 5), slice(5, 6)))
    cache = learner.KeyValueCache()
    cache.attend(*old)
    cotangent = draw.tensor(2, 2, 3, 3, dtype=dtype)
    _, found = cache.attend.gradients(*new, cotangent=cotangent)
    leaves = [each.clone().requires_grad_() for each in new]
    rows = exact(*(torch.cat(pair, 2) for pair in zip(old, leaves, strict=True)), is_causal=True)[:, :, 2:]
    expect_gradients(found, torch.autograd.grad(rows, leaves, cotangent.double()))
    expect_close("output of the next token", cache.attend(*last), exact(*inputs, is_causal=True)[:, :, 5:])
    cache = learner.KeyValueCache()
    cache.append(*old[1:])
    cotangent = draw.tensor(2, 2, 5, 4, dtype=dtype)
    _, found = cache.append.gradients(*new[1:], cotangent=cotangent)
    expect_gradients(found[:1], [cotangent[:, :, 2:]], names=("key",))


@cache_checks.stand_in
def KeyValueCache():
    import torch

    class Cache:
        def __init__(self):
            self.pairs = []

        def append(self, key, value):
            self.pairs.append((key, value))
            return tuple(torch.cat(each, dim=2) for each in zip(*self.pairs, strict=True))

        def attend(self, query, key, value):
            keys, values = self.append(key, value)
            batch, n_heads, new_len, d_head = query.shape
            wide = torch.float64 if query.dtype == torch.float64 else torch.float32
            grouped = query.to(wide).reshape(batch, keys.shape[1], -1, new_len, d_head)
            scores = torch.einsum("bgrid,bgjd->bgrij", grouped, keys.to(wide)) * d_head**-0.5
            places = torch.arange(keys.shape[2], device=query.device)
            later = places > places[-new_len:, None]
            weights = torch.softmax(torch.where(later, float("-inf"), scores), dim=-1)
            heads = torch.einsum("bgrij,bgjd->bgrid", weights, values.to(wide))
            return heads.reshape(batch, n_heads, new_len, -1).to(query.dtype)

    return Cache()


cache_checks.outside(
    "KeyValueCache.append: gradient of value", "gradients are asked of the first answer, the keys"
)


exposing_checks = HiddenChecks("06.5")
exposing_checks.outside("answer*", "many inputs expose the suspect; a little changed, it is another of them")


def exposing_numbers(learner):
    """Return how many numbers there are once they are seen to expose the suspect."""
    parts = expect_parts("query, key, value", learner.expose_grouped_attention(), 3)
    query = expect_array("query", parts[0], "n_heads q_len d_head")
    key = expect_array("key", parts[1], "n_key_heads kv_len d_head")
    value = expect_array("value", parts[2], "n_key_heads kv_len d_head")
    fits = key.shape == value.shape and query.shape[2] == key.shape[2] and len(query) % len(key) == 0
    expect(fits, "query, key, value: expected shapes that fit each other, got others.")
    copies = [np.repeat(each, len(query) // len(key), axis=0) for each in (key, value)]
    right, _ = cpu_attention.attention(query, *copies)
    wrong = puzzles.suspect_grouped_attention(query, key, value)
    expect_exposed("query, key, value", right=right, wrong=wrong)
    return query.size + key.size + value.size


@exposing_checks.check(points=2, gate=True)
def exposes_the_suspect(learner, draw):
    """On your query, key and value the suspect must give another output than grouped attention."""
    exposing_numbers(learner)


@exposing_checks.check(points=2)
def with_as_few_numbers_as_possible(learner, draw):
    """Eight numbers in all must be enough to show it."""
    expect_fewest("numbers", exposing_numbers(learner), 8)
