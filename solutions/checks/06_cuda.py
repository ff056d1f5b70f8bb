"""Hidden checks of lesson 06."""

import math
from itertools import pairwise
from typing import Any

import torch
from torch.nn.functional import scaled_dot_product_attention

from autograde.compare import expect, expect_close, expect_dtype, expect_precise, expect_unchanged
from autograde.exercise import HiddenChecks
from autograde.sandbox import gpu

DOUBLE = torch.float64
RAN = gpu.how("run on the CPU; not run on a GPU here")
ON_DEVICE = "pretend device" if gpu.name() else "pretend device; not run on a GPU here"


def draw_heads(draw, key_heads=None, dtype=DOUBLE, scale=1.0):
    """Return query, key and value whose axes all differ; `key_heads` divides 6 where heads are shared."""
    batch, q_len, kv_len, d_head, d_value = draw.sizes(5, low=2, high=8)
    n_heads = 3 if key_heads is None else 6
    shapes = [(n_heads, q_len, d_head), (key_heads or 3, kv_len, d_head), (key_heads or 3, kv_len, d_value)]
    return [draw.tensor(batch, *shape, dtype=dtype, scale=scale) for shape in shapes]


def exact(query, key, value, mask=None, is_causal=False, scale=None):
    """Return weights and output in float64; rows that may attend nothing are zero."""
    query, key, value = (each.double() for each in (query, key, value))
    groups = query.shape[1] // key.shape[1]
    key, value = (each.repeat_interleave(groups, 1) for each in (key, value))
    scores = query @ key.mT * (query.shape[-1] ** -0.5 if scale is None else scale)
    seen = torch.ones(scores.shape[-2:], dtype=torch.bool)
    seen = (seen.tril() if is_causal else seen) & (True if mask is None else mask)
    weights = scores.masked_fill(~seen, -math.inf).softmax(-1).masked_fill(~seen, 0.0)
    return weights, weights @ value


def exact_gradients(inputs, cotangent, **options):
    """Return the gradients of query, key and value by torch's own differentiation."""
    leaves = [each.double().requires_grad_() for each in inputs]
    return torch.autograd.grad(exact(*leaves, **options)[1], leaves, cotangent)


def expect_gradients(found, expected, expect_same=expect_close):
    """Compare the gradients of query, key and value."""
    for name, actual, wanted in zip(("query", "key", "value"), found, expected, strict=True):
        expect(actual is not None, f"gradient of {name}: it is missing. Is something detached on the way?")
        expect_same(f"gradient of {name}", actual, wanted)


def expect_stays_on_device(seen):
    """Expect results on the device of the inputs, and no trip to the host."""
    expect(set(seen["devices"]) == {"pretend"}, "the result does not lie on the device of the inputs.")
    expect(not seen["log"], f"while it ran: {'; '.join(map(str, seen['log']))[:200]}. Stay on the device.")


attention_checks = HiddenChecks("06.1")


@attention_checks.check(points=2, gate=True)
def agrees_with_the_formula(learner, draw):
    """The output must be softmax(Q Kᵀ / √d_head) V for every batch element and head."""
    query, key, value = draw_heads(draw)
    _, output = exact(query, key, value)
    expect_close("output", learner.attention(query, key, value), output)
    return RAN


@attention_checks.check(points=1)
def masks_of_every_shape(learner, draw):
    """A mask may be one for all, one for each batch element, or one for each head."""
    query, key, value = draw_heads(draw)
    batch, n_heads, q_len, kv_len = *query.shape[:3], key.shape[2]
    for shape in ((q_len, kv_len), (batch, 1, 1, kv_len), (batch, n_heads, q_len, kv_len)):
        mask = torch.from_numpy(draw.mask(*shape))
        _, output = exact(query, key, value, mask)
        expect_close(f"output under a mask {shape}", learner.attention(query, key, value, mask), output)
    return RAN


@attention_checks.check(points=1)
def no_look_ahead(learner, draw):
    """With is_causal, query i sees the keys up to i, also when there are more keys than queries or fewer."""
    for q_len, kv_len in ((3, 7), (7, 3), (1, 4)):
        query, key, value = (draw.tensor(2, 3, length, 4, dtype=DOUBLE) for length in (q_len, kv_len, kv_len))
        mask = torch.from_numpy(draw.mask(q_len, kv_len))
        mask[:, 0] = True
        _, output = exact(query, key, value, is_causal=True)
        expect_close("output", learner.attention(query, key, value, is_causal=True), output)
        _, output = exact(query, key, value, mask, is_causal=True)
        both = learner.attention(query, key, value, mask, is_causal=True)
        expect_close("output with mask and is_causal", both, output)
    return RAN


@attention_checks.check(points=1)
def nothing_to_attend_to(learner, draw):
    """A row in which nothing may be attended must give zeros and zero gradients, without NaN."""
    query, key, value = draw_heads(draw)
    mask = torch.from_numpy(draw.mask(query.shape[0], 1, query.shape[2], key.shape[2]))
    mask[0, :, 1] = mask[-1, :, 0] = False
    expect_close("output", learner.attention(query, key, value, mask), exact(query, key, value, mask)[1])
    cotangent = draw.tensor(*query.shape[:3], value.shape[-1], dtype=DOUBLE)
    _, gradients = learner.attention.gradients(query, key, value, mask, cotangent=cotangent)
    expect_gradients(gradients, exact_gradients((query, key, value), cotangent, mask=mask))
    return RAN


@attention_checks.check(points=1)
def a_scale_of_your_own(learner, draw):
    """The argument `scale` must take the place of 1 / √d_head, also where it is 0 or large."""
    query, key, value = draw_heads(draw)
    query, key = query.round(), key.round()  # products that float32 holds exactly, also times 3000
    for scale in (float(draw.uniform(0.8, 1.6)), 0.0, float(draw.integer(2000, 3000))):
        _, output = exact(query, key, value, scale=scale)
        found = learner.attention(query, key, value, scale=scale)
        expect_close(f"output at scale {scale:.4g}", found, output)
    return RAN


@attention_checks.check(points=1, precision=True)
def nine_digits(learner, draw):
    """Numbers in float64 must be right to nine digits: nothing may be computed in float32, nothing added."""
    query, key, value = draw_heads(draw)
    expect_precise("output", learner.attention(query, key, value), exact(query, key, value)[1])
    return RAN


@attention_checks.check(points=2)
def grouped_heads(learner, draw):
    """Six query heads must share two, three, or one key and value head, neighbours together."""
    for key_heads in (2, 3, 1):
        query, key, value = draw_heads(draw, key_heads)
        _, output = exact(query, key, value, is_causal=True)
        expect_close("output", learner.attention(query, key, value, is_causal=True), output)
    return RAN


@attention_checks.check(points=1)
def carries_gradients(learner, draw):
    """Gradients must reach query, key and value, and the inputs must stay as they are."""
    inputs = draw_heads(draw, 3)
    cotangent = draw.tensor(*inputs[0].shape[:3], inputs[2].shape[-1], dtype=DOUBLE)
    _, gradients = learner.attention.gradients(*inputs, cotangent=cotangent)
    expect_gradients(gradients, exact_gradients(inputs, cotangent))
    mask = torch.from_numpy(draw.mask(*inputs[0].shape[:3], inputs[1].shape[2]))
    before = [each.clone() for each in (*inputs, mask)]
    _, after, _ = learner.attention.with_arguments(*inputs, mask, is_causal=True)
    for name, left, right in zip(("query", "key", "value", "mask"), after, before, strict=True):
        expect_unchanged(name, left, right)
    return RAN


@attention_checks.check(points=2)
def stays_on_the_device(learner, draw):
    """Everything must be computed where the inputs lie, without a copy to the host or a wait for it."""
    query, key, value = draw_heads(draw, 2, torch.float32)
    mask = torch.from_numpy(draw.mask(query.shape[2], key.shape[2]))
    mask[:, 0] = True
    seen = learner.attention.observed("pretend_device", query, key, value, mask, is_causal=True)
    expect_stays_on_device(seen)
    expect_close("output", seen["value"], exact(query, key, value, mask, True)[1].float())
    return ON_DEVICE


@attention_checks.check(points=2)
def half_precision(learner, draw):
    """In float16 and bfloat16 the error must be at most twice that of torch's own attention."""
    for dtype in (torch.float16, torch.bfloat16):
        query, key = (draw.tensor(2, 3, length, 64, scale=2.0, dtype=dtype) for length in (37, 211))
        value = draw.tensor(2, 3, 211, 16, dtype=dtype)
        output = learner.attention(query, key, value)
        expect_dtype("output", output, dtype)
        wanted = exact(query, key, value)[1]
        expect_close("output", output, wanted.to(dtype), rtol=0.05)
        error = (output.double() - wanted).square().mean().sqrt()
        allowed = (
            2 * (scaled_dot_product_attention(query, key, value).double() - wanted).square().mean().sqrt()
        )
        message = f"output in {dtype}: the error is more than twice torch's own. What type are the scores?"
        expect(bool(error <= allowed), message)
    return RAN


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


def torch_module(draw, d_model, n_heads):
    """Return torch's own module with drawn weights, and its state for the learner's."""
    module = torch.nn.MultiheadAttention(d_model, n_heads, batch_first=True)
    shapes = {name: parameter.shape for name, parameter in module.state_dict().items()}
    state = {name: draw.tensor(*shape, scale=0.4) for name, shape in shapes.items()}
    module.load_state_dict(state)
    return module.eval().requires_grad_(False), state


def twin(learner, draw, d_model, n_heads):
    """Return torch's module and the learner's, with the same weights."""
    theirs, state = torch_module(draw, d_model, n_heads)
    ours = learner.MultiHeadAttention(d_model, n_heads)
    ours.load_state_dict(state)
    return theirs, ours


@module_checks.check(points=3, gate=True)
def agrees_with_torch(learner, draw):
    """With the weights of nn.MultiheadAttention loaded, self-attention must give the same output."""
    for d_model, n_heads in ((12, 3), (8, 4)):
        theirs, ours = twin(learner, draw, d_model, n_heads)
        x = draw.tensor(2, draw.integer(5, 7), d_model)
        expect_close("output", ours(x), theirs(x, x, x, need_weights=False)[0])
    return RAN


@module_checks.check(points=2)
def reads_from_a_context(learner, draw):
    """With `context`, the queries must come from x, the keys and values from the context."""
    theirs, ours = twin(learner, draw, 12, 2)
    for kv_len in (7, 4):
        x, context = draw.tensor(3, 5, 12), draw.tensor(3, kv_len, 12)
        expect_close("output", ours(x, context), theirs(x, context, context, need_weights=False)[0])
    return RAN


@module_checks.check(points=1)
def shows_each_head(learner, draw):
    """With need_weights the weights of every head must come along, (batch, n_heads, q_len, kv_len)."""
    theirs, ours = twin(learner, draw, 12, 3)
    x, context = draw.tensor(2, 4, 12), draw.tensor(2, 6, 12)
    answer = ours(x, context, need_weights=True)
    expect(isinstance(answer, tuple) and len(answer) == 2, "expected a tuple of output and weights.")
    output, weights = theirs(x, context, context, average_attn_weights=False)
    expect_close("output", answer[0], output)
    expect_close("weights", answer[1], weights)
    return RAN


@module_checks.check(points=1)
def hides_what_it_must(learner, draw):
    """`mask` and `is_causal` must hide keys from every head, alone and together."""
    theirs, ours = twin(learner, draw, 10, 2)
    x = draw.tensor(3, 6, 10)
    mask = torch.from_numpy(draw.mask(3, 6))
    mask[:, 0] = True
    causal = torch.ones(6, 6, dtype=torch.bool).tril()
    by_head = mask[:, None, None, :] & causal
    cases: dict[str, tuple[dict[str, Any], Any]] = {
        "mask": ({"mask": mask[:, None, None, :]}, mask[:, None, None, :].expand(3, 2, 6, 6)),
        "is_causal": ({"is_causal": True}, causal.expand(3, 2, 6, 6)),
        "both": ({"mask": mask[:, None, None, :], "is_causal": True}, by_head.expand(3, 2, 6, 6)),
    }
    for name, (options, seen) in cases.items():
        wanted = theirs(x, x, x, attn_mask=~seen.reshape(6, 6, 6), need_weights=False)[0]
        expect_close(f"output with {name}", ours(x, **options), wanted)
    return RAN


@module_checks.check(points=1)
def trains_on_the_device(learner, draw):
    """On another device the output must stay there, and gradients must reach x."""
    theirs, ours = twin(learner, draw, 12, 3)
    x, cotangent = draw.tensor(2, 5, 12), draw.tensor(2, 5, 12)
    options = {"cotangent": cotangent}
    seen = ours.forward.observed("pretend_device", x, is_causal=True, options=options)
    expect_stays_on_device(seen)
    leaf = x.clone().requires_grad_()
    hidden = ~torch.ones(5, 5, dtype=torch.bool).tril()
    theirs(leaf, leaf, leaf, attn_mask=hidden, need_weights=False)[0].backward(cotangent)
    expect(seen["gradients"][0] is not None, "gradient of x: it is missing.")
    expect_close("gradient of x", seen["gradients"][0], leaf.grad)
    return ON_DEVICE


@module_checks.stand_in
def MultiHeadAttention(d_model, n_heads):
    import torch

    class Module(torch.nn.MultiheadAttention):
        def forward(self, x, context=None, mask=None, is_causal=False, need_weights=False):  # type: ignore[override]  # called as ours is
            context = x if context is None else context
            weights, biases = self.in_proj_weight.chunk(3), self.in_proj_bias.chunk(3)
            query, key, value = (
                torch.nn.functional.linear(*view).unflatten(-1, (n_heads, -1)).transpose(1, 2)
                for view in zip((x, context, context), weights, biases, strict=True)
            )
            scores = torch.einsum("bhid,bhjd->bhij", query, key) / query.shape[-1] ** 0.5
            seen = torch.ones(scores.shape, dtype=torch.bool, device=x.device)
            seen = (seen.tril() if is_causal else seen) & (True if mask is None else mask)
            weights = torch.where(seen, torch.softmax(torch.where(seen, scores, -torch.inf), -1), 0.0)
            output = self.out_proj(torch.einsum("bhij,bhjd->bihd", weights, value).flatten(2))
            return (output, weights) if need_weights else output

    return Module(d_model, n_heads, batch_first=True)


function_checks = HiddenChecks("06.3")


def draw_cotangent(draw, inputs):
    """Return a gradient for the output that these inputs give."""
    return draw.tensor(*inputs[0].shape[:3], inputs[2].shape[-1], dtype=inputs[0].dtype)


@function_checks.check(points=2, gate=True)
def output_and_gradients(learner, draw):
    """The output and the three gradients must be those of attention."""
    inputs = draw_heads(draw)
    cotangent = draw_cotangent(draw, inputs)
    value, gradients = learner.AttentionFunction.apply.gradients(*inputs, cotangent=cotangent)
    expect_close("output", value, exact(*inputs)[1])
    expect_gradients(gradients, exact_gradients(inputs, cotangent))
    return RAN


@function_checks.check(points=2)
def gradients_under_a_mask(learner, draw):
    """What a mask hides must get no gradient; a row that sees nothing gets zeros."""
    inputs = draw_heads(draw)
    mask = torch.from_numpy(draw.mask(inputs[0].shape[2], inputs[1].shape[2]))
    mask[1] = False
    cotangent = draw_cotangent(draw, inputs)
    value, gradients = learner.AttentionFunction.apply.gradients(*inputs, mask, cotangent=cotangent)
    expect_close("output", value, exact(*inputs, mask=mask)[1])
    expect_gradients(gradients, exact_gradients(inputs, cotangent, mask=mask))
    return RAN


@function_checks.check(points=1)
def follows_the_output_gradient(learner, draw):
    """Twice the gradient of the output must give twice the gradients; zero must give zeros."""
    inputs = draw_heads(draw, dtype=torch.float32)
    cotangent = draw_cotangent(draw, inputs)
    for factor in (0.0, -2.0):
        _, gradients = learner.AttentionFunction.apply.gradients(*inputs, cotangent=cotangent * factor)
        wanted = exact_gradients(inputs, cotangent.double() * factor)
        expect_gradients(gradients, [each.float() for each in wanted])
    return RAN


@function_checks.check(points=1, precision=True)
def nine_digits_of_each(learner, draw):
    """Numbers in float64 must be right to nine digits: nothing may be computed in float32, nothing added."""
    inputs = draw_heads(draw)
    cotangent = draw_cotangent(draw, inputs)
    value, gradients = learner.AttentionFunction.apply.gradients(*inputs, cotangent=cotangent)
    expect_precise("output", value, exact(*inputs)[1])
    expect_gradients(gradients, exact_gradients(inputs, cotangent), expect_precise)
    return RAN


@function_checks.check(points=1)
def one_of_everything(learner, draw):
    """One query and one key: the output is the value, and query and key get no gradient."""
    inputs = [draw.tensor(1, 1, 1, size, dtype=DOUBLE) for size in (3, 3, 2)]
    cotangent = draw_cotangent(draw, inputs)
    value, gradients = learner.AttentionFunction.apply.gradients(*inputs, cotangent=cotangent)
    expect_close("output", value, inputs[2])
    for name, actual, wanted in zip(("query", "key", "value"), gradients, (0.0, 0.0, cotangent), strict=True):
        expect(actual is not None, f"gradient of {name}: it is missing.")
        expect_close(f"gradient of {name}", actual, torch.zeros_like(actual) + wanted, atol=1e-6)
    return RAN


@function_checks.check(points=1)
def differentiates_on_the_device(learner, draw):
    """Forward and backward must stay on the device of the inputs."""
    inputs = draw_heads(draw, dtype=torch.float32)
    options = {"cotangent": draw_cotangent(draw, inputs)}
    mask = torch.from_numpy(draw.mask(inputs[0].shape[2], inputs[1].shape[2]))
    seen = learner.AttentionFunction.apply.observed("pretend_device", *inputs, mask, options=options)
    expect_stays_on_device(seen)
    return ON_DEVICE


cache_checks = HiddenChecks("06.4")


def draw_tokens(draw, length, key_heads=2, n_heads=2):
    """Return query, key and value of a sequence of `length` tokens."""
    shapes = ((n_heads, length, 4), (key_heads, length, 4), (key_heads, length, 3))
    return [draw.tensor(2, *shape, dtype=DOUBLE) for shape in shapes]


def expect_same_rows(cache, inputs, cuts, expect_same=expect_close):
    """Feed the tokens in pieces and compare with causal attention over all of them."""
    _, wanted = exact(*inputs, is_causal=True)
    for start, stop in pairwise(cuts):
        rows = cache.attend(*(each[:, :, start:stop] for each in inputs))
        expect_same(f"output of tokens {start} to {stop - 1}", rows, wanted[:, :, start:stop])


@cache_checks.check(points=2, gate=True)
def one_token_at_a_time(learner, draw):
    """Token by token, each output must be the row that causal attention over all tokens gives."""
    length = draw.integer(5, 7)
    expect_same_rows(learner.KeyValueCache(), draw_tokens(draw, length), list(range(length + 1)))
    return RAN


@cache_checks.check(points=2)
def several_tokens_at_a_time(learner, draw):
    """New tokens that come together must see the old ones and each other, but nothing later."""
    cuts = [0, 4, 5, 8, 8 + draw.integer(2, 4)]
    expect_same_rows(learner.KeyValueCache(), draw_tokens(draw, cuts[-1]), cuts)
    return RAN


@cache_checks.check(points=1)
def remembers_in_order(learner, draw):
    """`append` must return every key and value since the start, the oldest first."""
    _, key, value = draw_tokens(draw, 6)
    cache = learner.KeyValueCache()
    for start, stop in ((0, 2), (2, 3), (3, 6)):
        answer = cache.append(key[:, :, start:stop], value[:, :, start:stop])
        expect(isinstance(answer, tuple) and len(answer) == 2, "append: expected a tuple of keys and values.")
        expect_close("keys", answer[0], key[:, :, :stop])
        expect_close("values", answer[1], value[:, :, :stop])
    return RAN


@cache_checks.check(points=1, precision=True)
def nine_digits_of_each_token(learner, draw):
    """Numbers in float64 must be right to nine digits: nothing may be computed in float32, nothing added."""
    expect_same_rows(learner.KeyValueCache(), draw_tokens(draw, 5), [0, 2, 3, 5], expect_precise)
    return RAN


@cache_checks.check(points=1)
def shares_heads(learner, draw):
    """Four query heads must be able to share two cached key and value heads."""
    expect_same_rows(learner.KeyValueCache(), draw_tokens(draw, 6, 2, 4), [0, 1, 2, 4, 6])
    return RAN


@cache_checks.check(points=1)
def two_conversations(learner, draw):
    """Two caches must know nothing of each other, and an empty one must start from nothing."""
    first, second = learner.KeyValueCache(), learner.KeyValueCache()
    for cache in (first, second):
        expect_same_rows(cache, draw_tokens(draw, 4), [0, 2, 3, 4])
    return RAN


@cache_checks.check(points=1)
def remembers_on_the_device(learner, draw):
    """Keys and values must be kept on the device, and the mask must be made there."""
    inputs = draw_tokens(draw, 5)
    cache = learner.KeyValueCache()
    for start, stop in ((0, 2), (2, 5)):
        seen = cache.attend.observed("pretend_device", *(each[:, :, start:stop] for each in inputs))
        expect_stays_on_device(seen)
    expect_close("output", seen["value"], exact(*inputs, is_causal=True)[1][:, :, 2:])
    return ON_DEVICE
