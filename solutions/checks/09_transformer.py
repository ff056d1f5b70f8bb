"""Hidden checks of lesson 09."""

import math
from typing import Any

import numpy as np
import torch
from checks.twins import twins
from reference import puzzles
from reference.cpu import attention as reference_attention
from reference.cpu import positions as reference
from reference.cuda import transformer

from autograde.compare import (
    expect,
    expect_close,
    expect_dtype,
    expect_equal,
    expect_pair,
    expect_precise,
    expect_shape,
    expect_unchanged,
)
from autograde.exercise import HiddenChecks, answers
from autograde.expose import expect_exposed, expect_fewest, expect_parts, expect_whole

DOUBLE = torch.float64

sinusoidal_checks = HiddenChecks("09.1")


@sinusoidal_checks.check(points=3, gate=True)
def follows_the_formula(learner, draw):
    """Feature 2i must be sin(p / 10000^(2i / d_model)) at position p, and feature 2i + 1 the cosine."""
    for d_model in (2 * draw.integer(3, 5), 2 * draw.integer(6, 8)):
        seq_len = draw.integer(17, 29)
        expect_close("encoding", learner.sinusoidal(seq_len, d_model), reference.sinusoidal(seq_len, d_model))


@sinusoidal_checks.check(points=1, precision=True)
def nine_digits(learner, draw):
    """Numbers in float64 must be right to nine digits: nothing may be computed in float32, nothing added."""
    expect_precise("encoding", learner.sinusoidal(23, 10), reference.sinusoidal(23, 10))


@sinusoidal_checks.check(points=1)
def one_position_or_one_clock(learner, draw):
    """A single position and a model with two features keep both axes; ten thousand positions are as right."""
    long, wide = draw.integer(1025, 1100), 2 * draw.integer(66, 80)
    sizes = (1, wide), (draw.integer(3, 9), 2), (1, 2), (long, 4), (long + 1, wide), (long, wide), (10_001, 4)
    for seq_len, d_model in sizes:
        encoding = learner.sinusoidal(seq_len, d_model)
        # Angles of ten thousand have three digits in float32.
        expect_close("encoding", encoding, reference.sinusoidal(seq_len, d_model), rtol=1e-3)


sinusoidal_checks.outside("*d_model = 1", "d_model is even: 2 is visited")
sinusoidal_checks.region("d_model = 2", lambda call: call["d_model"] == 2)


rotary_checks = HiddenChecks("09.2")

ROWS = "... seq_len d_head"


def expect_turned(learner, *cases):
    """Expect the turned rows, with the three digits that large angles have in float32.

    A case is x, positions and perhaps a base.
    """
    for given, turned in learner.rotary.each(cases):
        expect_close("turned", turned, reference.rotary(*given), rtol=1e-3)


@rotary_checks.check(points=2, gate=True)
def turns_every_pair(learner, draw):
    """At the positions 0, 1, 2, ... features 2i and 2i + 1 must turn by p / 10000^(2i / d_head)."""
    for seq_len, d_head in ((7, 4), (5, 10)):
        x, positions = draw.normal(seq_len, d_head), np.arange(seq_len)
        expect_close("turned", learner.rotary(x, positions), reference.rotary(x, positions))


@rotary_checks.check(points=2)
def any_positions(learner, draw):
    """The angles must come from `positions`: far from 0, below it, out of order; x may hold any numbers."""
    x, far = draw.normal(5, 6), draw.integer(1100, 1900)
    for positions in (far + np.arange(5), draw.permutation(5) - far, np.array([3, 3, 0, -40, 7])):
        expect_turned(learner, (x, positions))
    large = draw.magnitudes(ROWS, d_head=6)
    expect_turned(learner, *((rows, draw.permutation(rows.shape[-2]) - 1) for (rows,) in large))


@rotary_checks.check(points=1, precision=True)
def nine_digits_of_a_turn(learner, draw):
    """Numbers in float64 must be right to nine digits: nothing may be computed in float32, nothing added."""
    x, far = draw.normal(5, 6), draw.integer(70_000, 200_000)
    for positions in (np.array([3, 1, 0, 40, 7]), far + np.arange(5)):
        expect_precise("turned", learner.rotary(x, positions), reference.rotary(x, positions))


@rotary_checks.check(points=1)
def another_base(learner, draw):
    """The argument `base` must take the place of 10000, in a batch and in float32 too."""
    bases = 0.004, float(draw.integer(20, 90)), 500_000.0
    pairs = draw.pairs(base=bases, leading=((), (1,), (3,)), seq_len=(1, 4), dtype=(np.float64, np.float32))
    questions = []
    for options in pairs:
        base = options.pop("base")
        (x,) = draw.arrays(ROWS, d_head=6, **options)
        questions.append(learner.rotary.later(x, np.arange(3, 3 + x.shape[-2]), base=base))
    for asked, turned in answers(learner, questions):
        expect_close("turned", turned, reference.rotary(*asked.args, **asked.kwargs), rtol=1e-3)


@rotary_checks.check(points=1)
def heads_and_batches(learner, draw):
    """Every head of every sentence must be turned alike: leading axes, one row, a thousand, many features."""
    long = (each for d_head in (2, 2 * draw.integer(33, 40)) for each in draw.extents(ROWS, d_head=d_head))
    squares = ((draw.normal(*[6] * axes),) for axes in (2, 3))
    cases: list[Any] = []
    for (x,) in (*squares, *draw.batches(ROWS, d_head=2 * draw.integer(2, 4)), *long):
        cases.append((x, draw.permutation(x.shape[-2]) + 2))
        cases.append((x, draw.permutation(x.shape[-2]).astype(np.int32) - 2, 30.0))
    expect_turned(learner, *cases)


@rotary_checks.check(points=1)
def keeps_x_and_its_dtype(learner, draw):
    """float32 must stay float32, and x and the positions must be the same after the call."""
    for leading, options in (((), {}), ((2,), {}), ((), {"base": 50.0})):
        (x,) = draw.arrays(ROWS, leading=leading, seq_len=5, d_head=4, dtype=np.float32)
        positions = draw.permutation(5)
        turned, arguments, _ = learner.rotary.with_arguments(x, positions, **options)
        expect_close("turned", turned, reference.rotary(x, positions, **options))
        expect_dtype("turned", turned, np.float32)
        expect_unchanged("x", arguments[0], x)
        expect_unchanged("positions", arguments[1], positions)


@rotary_checks.stand_in
def rotary(x, positions, base=10000.0):
    import numpy as np

    speeds = base ** -(np.arange(x.shape[-1] // 2) * 2 / x.shape[-1])
    turns = np.exp(1j * np.asarray(positions)[:, None] * speeds)
    pairs = (x[..., ::2] + 1j * x[..., 1::2]) * turns
    return np.stack([pairs.real, pairs.imag], axis=-1).reshape(x.shape).astype(x.dtype)


rotary_checks.region("positions below 0", lambda call: call["positions"].min() < 0)
rotary_checks.region("positions above 1,024", lambda call: call["positions"].max() > 1024)
rotary_checks.outside("d_head = 1*", "d_head is even: 2 is visited")
rotary_checks.outside("base below 0", "a negative number has no root of every order")
rotary_checks.region("d_head = 2", lambda call: call["x"].shape[-1] == 2)


block_checks = HiddenChecks("09.3")

TEXTS = "batch seq_len d_model"


def twin_blocks(learner, draw, *sizes, scale=0.4, dtype=DOUBLE):
    """Return the reference's block and the learner's, alike."""
    return twins(transformer.EncoderBlock, learner.EncoderBlock, draw, *sizes, scale=scale, dtype=dtype)


@block_checks.check(points=3, gate=True)
def both_steps_of_the_block(learner, draw):
    """The output must follow the docstring: attend, add, normalise; widen, narrow, add, normalise."""
    for d_model, n_heads, d_hidden in ((6, 3, 10), (24, 12, 50), (8, 2, 7)):
        ours, theirs = twin_blocks(learner, draw, d_model, n_heads, d_hidden)
        x = draw.tensor(3, draw.integer(4, 5), d_model, dtype=DOUBLE)
        expect_close("output", theirs(x), ours(x))


@block_checks.check(points=1, costly=True)
def one_text_after_another(learner, draw):
    """The same block must read one text after another: one token, a thousand, and large numbers."""
    for d_model, n_heads, scale in ((6, 2, 0.4), (1, 1, 0.4), (66, 3, 1.5)):
        ours, theirs = twin_blocks(learner, draw, d_model, n_heads, 4 * d_model, scale=scale)
        more = (draw.arrays(TEXTS, d_model=d_model) for _ in range(14))
        unusual = *draw.magnitudes(TEXTS, d_model=d_model), *more, *draw.extents(TEXTS, d_model=d_model)
        for (x,), output in theirs.each([torch.from_numpy(text)] for (text,) in unusual):
            expect_close("output", output, ours(x))
        theirs.eval()  # changes what is random in training, and there is nothing of the kind
        expect_close("output after eval()", theirs(x[:, :2]), ours(x[:, :2]))


@block_checks.check(points=1)
def hides_the_padding(learner, draw):
    """The mask must reach the attention: filled-up places of a sentence have no influence on the others."""
    ours, theirs = twin_blocks(learner, draw, 6, 2, 9)
    x = draw.tensor(3, 7, 6, dtype=DOUBLE)
    lengths = torch.tensor([draw.integer(2, 4), 7, draw.integer(5, 6)])
    padding = (torch.arange(7) < lengths[:, None])[:, None, None, :]  # (batch, 1, 1, seq_len)
    masks = padding, *map(torch.from_numpy, (draw.mask(7, 7), *draw.masks(3, 2, 7, 7)))
    for asked, output in answers(learner, (theirs.later(x, mask=mask) for mask in masks)):
        mask = asked.kwargs["mask"]
        expect_close(f"output under a mask {tuple(mask.shape)}", output, ours(x, mask=mask))
    theirs.eval()
    questions = []
    for sizes in ((6, 6), (1, 1), (2, draw.integer(257, 300))):
        x = draw.tensor(*sizes, 6, dtype=DOUBLE)
        for mask in map(torch.from_numpy, (*draw.masks(sizes[1]), draw.mask(sizes[1], sizes[1]))):
            questions.append(theirs.later(x, mask=mask))
    for asked, output in answers(learner, questions):
        expect_close("output under a mask", output, ours(*asked.args, **asked.kwargs))


@block_checks.check(points=1)
def hands_out_the_weights(learner, draw):
    """With need_weights the block must return its output and every head's weights; x stays as it was."""
    for batch, seq_len, dtype in (
        (2, 4, DOUBLE),
        (3, 5, torch.float32),
        (1, 4, DOUBLE),
        (2, 1, DOUBLE),
        (1, 1, DOUBLE),
        (1, 290, DOUBLE),
    ):
        ours, theirs = twin_blocks(learner, draw, 6, 3, 5, dtype=dtype)
        x = draw.tensor(batch, seq_len, 6, dtype=dtype)
        masks = None, torch.from_numpy(draw.mask(batch, 3, seq_len, seq_len))
        ask = theirs.forward.later.with_arguments
        questions = (ask(x, mask=mask, need_weights=True) for mask in masks)
        for asked, (answer, (text,), options) in answers(learner, questions):
            mask = asked.kwargs["mask"]
            found, found_weights = expect_pair("output and weights", answer)
            output, weights = ours(x, mask=mask, need_weights=True)
            expect_close("output", found, output)
            expect_close("weights", found_weights, weights)
            expect_unchanged("x", text, x)
            if mask is not None:
                expect_unchanged("mask", options["mask"], mask)


@block_checks.check(points=2)
def lets_gradients_through(learner, draw):
    """The gradient of the output must reach x through both sums and both steps, and every parameter."""
    mask = torch.from_numpy(draw.mask(5, 5))
    for dtype, options in (
        (DOUBLE, {}),
        (DOUBLE, {"mask": mask}),
        (DOUBLE, {"need_weights": True}),
        (torch.float32, {"mask": mask, "need_weights": True}),
    ):
        ours, theirs = twin_blocks(learner, draw, 6, 2, 8, dtype=dtype)
        ours.requires_grad_(True)
        x, cotangent = (draw.tensor(2, 5, 6, dtype=dtype) for _ in range(2))
        _, (found,) = theirs.forward.gradients(x, cotangent=cotangent, **options)
        _, of_parameters = theirs.forward.parameter_gradients(x, cotangent=cotangent, **options)
        leaf = x.clone().requires_grad_()
        answer = ours(leaf, **options)
        output = answer[0] if isinstance(answer, tuple) else answer
        names, parameters = zip(*ours.named_parameters(), strict=True)
        wanted = torch.autograd.grad(output, (leaf, *parameters), cotangent)
        for name, expected in zip(("x", *names), wanted, strict=True):
            gradient = found if name == "x" else of_parameters[name]
            expect(
                gradient is not None, f"gradient of {name}: it is missing. Is something detached on the way?"
            )
            expect_close(f"gradient of {name}", gradient, expected)


recall_checks = HiddenChecks("09.4")

TRAINING_S = 30.0


def twin_models(learner, draw, *sizes):
    """Return the reference's model and the learner's, alike."""
    return twins(transformer.RecallModel, learner.RecallModel, draw, *sizes, scale=0.5)


def draw_tokens(draw, batch, seq_len, n_symbols):
    """Return (batch, seq_len) tokens of any kind."""
    return torch.tensor([[draw.integer(0, 2 * n_symbols - 1) for _ in range(seq_len)] for _ in range(batch)])


def draw_questions(draw, count, n_pairs, n_symbols):
    """Return questions and answers in the form of `recall_batch`."""
    generator = torch.Generator().manual_seed(draw.integer(0, 1 << 30))
    return transformer.recall_batch(count, n_pairs, n_symbols, generator)


@recall_checks.check(points=2, gate=True)
def scores_of_the_model(learner, draw):
    """Tokens plus positions, then x + layer(norm(x)) causally for each layer, then unembed."""
    for n_symbols, n_pairs, d_model, n_layers in ((5, 3, 6, 2), (4, 2, 8, 3)):
        ours, theirs = twin_models(learner, draw, n_symbols, n_pairs, d_model, n_layers)
        tokens = draw_tokens(draw, 3, 2 * n_pairs + 1, n_symbols)
        expect_close("scores", theirs(tokens), ours(tokens))


@recall_checks.check(points=1)
def one_sequence_after_another(learner, draw):
    """One model must read sequence after sequence: of one token, of a thousand, and of all between."""
    ours, theirs = twin_models(learner, draw, 5, 520, 6, 2)
    long = draw.integer(1030, 1041)
    sizes = (
        (3, 1),
        (2, 4),
        (1, 7),
        (1, 1),
        *((2, draw.integer(2, 9)) for _ in range(18)),
        (1, long),
        (2, 3),
    )
    for (tokens,), scores in theirs.each([draw_tokens(draw, *size, 5)] for size in sizes):
        expect_close("scores", scores, ours(tokens))
    theirs.eval()  # changes what is random in training, and there is nothing of the kind
    expect_close("scores after eval()", theirs(tokens), ours(tokens))


@recall_checks.check(points=1)
def gradients_of_every_layer(learner, draw):
    """The gradient of the scores must reach every parameter, through every layer."""
    ours, theirs = twin_models(learner, draw, 5, 2, 6, 2)
    tokens, cotangent = draw_tokens(draw, 3, 5, 5), draw.tensor(3, 5, 10, dtype=DOUBLE)
    names, parameters = zip(*ours.requires_grad_(True).named_parameters(), strict=True)
    wanted = torch.autograd.grad(ours(tokens), parameters, cotangent)
    for options in ({}, {"need_weights": True}):
        _, found = theirs.forward.parameter_gradients(tokens, cotangent=cotangent, **options)
        for name, expected in zip(names, wanted, strict=True):
            expect(found[name] is not None, f"gradient of {name}: it is missing. Is something detached?")
            expect_close(f"gradient of {name}", found[name], expected)


@recall_checks.check(points=1)
def weights_of_every_layer(learner, draw):
    """With need_weights the model must return its scores and a list of weights, the first layer first."""
    ours, theirs = twin_models(learner, draw, 4, 145, 6, 3)
    sizes = (2, 6), (1, 5), (2, 1), (1, draw.integer(257, 290))
    ask = theirs.forward.later.with_arguments
    drawn = (draw_tokens(draw, batch, seq_len, 4) for batch, seq_len in sizes)
    questions = (ask(tokens, need_weights=True) for tokens in drawn)
    for asked, (answer, (after,), _) in answers(learner, questions):
        (tokens,) = asked.args
        found, found_weights = expect_pair("scores and weights", answer)
        scores, weights = ours(tokens, need_weights=True)
        expect_close("scores", found, scores)
        expect_equal("number of layers with weights", len(found_weights), len(weights))
        for number, (actual, wanted) in enumerate(zip(found_weights, weights, strict=True)):
            expect_shape(f"weights of layer {number}", actual, wanted.shape)
        expect_close("weights of the layers", torch.stack(list(found_weights)), torch.stack(weights))
        expect_unchanged("tokens", after, tokens)


def train(learner, **options):
    """Train a model, and return it with its losses: one float for each step."""
    answer = learner.train_recall.limited(timeout_s=TRAINING_S, **options)
    model, losses = expect_pair("model and losses", answer)
    is_list = isinstance(losses, tuple | list | np.ndarray)
    floats = is_list and all(isinstance(loss, float | np.floating) for loss in losses)
    expect(floats, "losses: expected floats, as loss.item() gives.")
    expect_equal("number of losses", len(losses), options.get("steps", 250))
    return model, losses


def expect_begin_alike(learner, left, right, otherwise):
    """Expect two trainings to have the same losses, as far as both go."""
    found = [train(learner, **each)[1] for each in (left, right)]
    alike = all(math.isclose(a, b, rel_tol=1e-4) for a, b in zip(*found, strict=False))
    expect(alike, f"losses: {otherwise}")


@recall_checks.check(points=1, costly=True)
def one_loss_for_each_step(learner, draw):
    """The losses must be those of the steps and questions asked for: the same seed, the same losses."""
    seed, steps = draw.integer(0, 1000), draw.integer(3, 6)
    sizes = {"seed": seed, "steps": steps, "batch": 40, "n_pairs": 2, "n_symbols": 5}
    model, losses = train(learner, **sizes)
    expect_shape("scores of the model", model(torch.tensor([[0, 5, 1, 6, 0]])), (1, 5, 10))
    hint = "Is torch seeded before the model is made?"
    expect_begin_alike(learner, sizes, sizes, f"the same seed gives other ones. {hint}")
    for name, other in (("seed", seed + 1), ("batch", 24)):
        _, found = train(learner, **sizes | {name: other})
        expect(losses[0] != found[0], f"losses: another {name} gives the same ones.")
    defaults = {"seed": 0, "steps": 2, "batch": 128, "n_pairs": 6, "n_symbols": 16}
    expect_begin_alike(learner, {"steps": 2}, defaults, f"the defaults {defaults} give other ones.")


@recall_checks.check(points=1, costly=True)
def losses_of_the_only_question(learner, draw):
    """One key and one value make one question, whose losses are known, in 250 steps as in one."""
    sizes = {"seed": draw.integer(0, 1000), "batch": 1, "n_pairs": 1, "n_symbols": 1}
    for some in ({"seed": 1, "steps": 1}, {"steps": 5, "batch": draw.integer(3, 6)}):
        _, losses = train(learner, **sizes | some)
        with torch.random.fork_rng(devices=()):
            _, wanted = transformer.train_recall(**sizes | some)
        texts = [", ".join(f"{loss:.3f}" for loss in each) for each in (wanted, losses)]
        message = f"losses: expected {texts[0]}, got {texts[1]}. Is each a mean over the batch,"
        alike = np.allclose(losses, wanted, rtol=0.02, atol=1e-5)
        expect(alike, f"{message} before the parameters change, at a learning rate of 2e-3?")
    expect_begin_alike(learner, sizes, sizes | {"steps": 251}, "251 steps begin otherwise than 250.")


@recall_checks.check(points=3, costly=True)
def learns_to_recall(learner, draw):
    """After 250 steps at least 99 of 100 new questions must be answered right."""
    model, losses = train(learner, seed=draw.integer(0, 1000), batch=48, n_pairs=3, n_symbols=6)
    tokens, answers = draw_questions(draw, 500, 3, 6)
    scores = model(tokens)
    expect_shape("scores", scores, (500, 7, 12))
    right = float((scores[:, -1].argmax(-1) == answers).double().mean())
    expect(right >= 0.99, f"only {right:.0%} of 500 new questions are answered right. {advice(losses)}")


def advice(losses):
    """Return what to look at in a training that fails, by what its losses do."""
    if np.mean(losses[-10:]) < 0.75 * np.mean(losses[:10]):
        return (
            "The loss falls all the same: are the questions new in each step, and is the last position asked?"
        )
    return "Does each step clear the old gradients, go back, and change the parameters, in this order?"


recall_checks.outside(
    "RecallModel.forward: gradients with need_weights",
    "tokens are whole numbers; the gradients of the parameters are compared",
)
for keyword in ("seed", "batch", "n_pairs", "n_symbols"):
    recall_checks.outside(f"train_recall: {keyword} alone", "without `steps` a training takes 250 of them")


heads_checks = HiddenChecks("09.5")


def draw_weights(draw, *shape):
    """Return rows of weights that sum to 1."""
    weights = draw.uniform(0.0, 1.0, *shape)
    return weights / weights.sum(-1, keepdims=True)


@heads_checks.check(points=1, gate=True)
def looks_one_back(learner, draw):
    """The score must be the mean weight from query i to key i - 1, over the queries from 1 on."""
    for length in (7, 5):
        weights = draw_weights(draw, length, length)
        expected = float(reference_attention.previous_token_score(weights))
        expect_close("previous-token score", learner.previous_token_score(weights), expected)


@heads_checks.check(points=2)
def looks_at_the_first(learner, draw):
    """The sink score must be the mean weight on key 0, over the queries from 1 on."""
    for length in (7, 5):
        weights = draw_weights(draw, length, length)
        expected = float(reference_attention.sink_score(weights))
        expect_close("sink score", learner.sink_score(weights), expected)


@heads_checks.check(points=1, precision=True)
def nine_digits_of_a_score(learner, draw):
    """Numbers in float64 must be right to nine digits: nothing may be computed in float32, nothing added."""
    weights = draw_weights(draw, 4, 6, 6)
    expected = reference_attention.previous_token_score(weights)
    expect_precise("previous-token score", learner.previous_token_score(weights), expected)
    expect_precise("sink score", learner.sink_score(weights), reference_attention.sink_score(weights))


@heads_checks.check(points=1, costly=True)
def all_heads_at_once(learner, draw):
    """One score for each layer and head, for 2 tokens or a thousand; the weights stay as they are."""
    shapes = [stack.shape for (stack,) in draw.batches("... n n")]
    long = draw.integer(1025, 1075)
    shared = draw.mask(6, 6).astype(np.float64)
    shared[1] = np.arange(6) == 1  # token 1 looks at itself only
    shared /= shared.sum(-1, keepdims=True)
    stacks = [
        *(draw_weights(draw, *shape) for shape in (*shapes, (5, 5), (1, 2, 2, 2), (2, long, long))),
        np.asfortranarray(shared),
        np.asfortranarray(draw_weights(draw, 2, 3, 6, 6)),
        draw_weights(draw, 2, 5, 5).astype(np.float32),
    ]
    for title, name in (("previous-token score", "previous_token_score"), ("sink score", "sink_score")):
        questions = map(getattr(learner, name).later.with_arguments, stacks)
        for asked, (score, (after,), _) in answers(learner, questions):
            (weights,) = asked.args
            expect_close(title, score, getattr(reference_attention, name)(weights))
            expect_unchanged("weights", after, weights)


for numbers in ("from 100 to 1,000", "above 10,000"):
    heads_checks.outside(f"*: weights: {numbers}", "weights of attention lie between 0 and 1")


exposing_checks = HiddenChecks("09.7")
exposing_checks.outside("answer*", "many inputs expose the suspect; a little changed, it is another of them")


def exposing_table(learner):
    """Return how many numbers the table has once it is seen to expose the suspect."""
    seq_len, d_model = expect_parts("seq_len, d_model", learner.expose_sinusoidal(), 2)
    seq_len, d_model = expect_whole("seq_len", seq_len), expect_whole("d_model", d_model, 2)
    expect(d_model % 2 == 0, "d_model: expected an even number, got an odd one.")
    right, wrong = reference.sinusoidal(seq_len, d_model), puzzles.suspect_sinusoidal(seq_len, d_model)
    expect_exposed("seq_len, d_model", right=right, wrong=wrong)
    return seq_len * d_model


@exposing_checks.check(points=2, gate=True)
def exposes_the_suspect(learner, draw):
    """For your sizes the suspect must give another table than sinusoidal."""
    exposing_table(learner)


@exposing_checks.check(points=2)
def with_as_small_a_table_as_possible(learner, draw):
    """A table of eight numbers must be enough to show it."""
    expect_fewest("numbers in the table", exposing_table(learner), 8)
