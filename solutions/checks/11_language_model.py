"""Hidden checks of lesson 11."""

import math
from itertools import pairwise

import numpy as np
import torch
from checks.twins import twins
from reference import puzzles
from reference.cuda import language as reference

from autograde.compare import expect, expect_close, expect_pair, expect_precise, expect_unchanged
from autograde.errors import explain
from autograde.exercise import HiddenChecks, answers
from autograde.expose import expect_array, expect_exposed, expect_parts, expect_whole, expect_word

DOUBLE = torch.float64
TEXTS = "batch seq_len d_model"

block_checks = HiddenChecks("11.1")


def twin_blocks(learner, draw, *sizes, dtype=DOUBLE):
    """Return the reference's block and the learner's, alike."""
    return twins(reference.CausalBlock, learner.CausalBlock, draw, *sizes, scale=0.5, dtype=dtype)


def expect_whole_text(ours, answer, x, **options):
    """Expect output and weights of a whole text."""
    output, weights = expect_pair("output and weights", answer)
    wanted, wanted_weights = ours(x, **options)
    expect_close("output", output, wanted)
    expect_close("weights", weights, wanted_weights)


def expect_pieces(learner, ours, theirs, x, cuts, expect_same=expect_close):
    """Feed a text in pieces through a cache and compare with all of it at once."""
    wanted, cache = ours(x)[0], learner.KeyValueCache()
    for begin, end in pairwise(cuts):
        output, weights = expect_pair("output and weights", theirs(x[:, begin:end], begin, cache))
        expect_same(f"output of tokens {begin} to {end - 1}", output, wanted[:, begin:end])
        expect(weights is None, "weights: expected None with a cache.")


@block_checks.check(points=3, gate=True)
def attends_to_what_came_before(learner, draw):
    """Without a cache the output must be x + attention(norm(x)), causal, with turned queries and keys."""
    for d_model, n_heads in ((8, 2), (22, 11)):
        ours, theirs = twin_blocks(learner, draw, d_model, n_heads)
        x = draw.tensor(3, draw.integer(4, 7), d_model, dtype=DOUBLE)
        expect_close("output", expect_pair("output and weights", theirs(x))[0], ours(x)[0])


@block_checks.check(points=1)
def weights_of_all_heads(learner, draw):
    """Without a cache the block must hand out the weights of all heads; x stays as it was."""
    ours, theirs = twin_blocks(learner, draw, 8, 2)
    for batch, seq_len in ((2, 4), (1, 4), (2, 1)):
        x = draw.tensor(batch, seq_len, 8, dtype=DOUBLE)
        answer, (after, *_), _ = theirs.forward.with_arguments(x)
        expect_close("weights", expect_pair("output and weights", answer)[1], ours(x)[1])
        expect_unchanged("x", after, x)


@block_checks.check(points=2)
def piece_after_piece(learner, draw):
    """Through a cache, in pieces of any length, the output must be that of the whole text, also if the block
    reads another one in between."""
    for batch, cuts, dtype in (
        (2, range(8), DOUBLE),
        (1, (0, 4, 5, 9), torch.float32),
        (3, (0, 1, 1 + draw.integer(2, 4)), DOUBLE),
    ):
        ours, theirs = twin_blocks(learner, draw, 18, 3, dtype=dtype)
        expect_pieces(learner, ours, theirs, draw.tensor(batch, cuts[-1], 18, dtype=dtype), cuts)
    ours, theirs = twin_blocks(learner, draw, 8, 2)
    for text, *_ in draw.extents(TEXTS, d_model=8):
        x = torch.from_numpy(text)
        expect_pieces(learner, ours, theirs, x, [0, *[x.shape[1] - 1] * (x.shape[1] > 1), x.shape[1]])
    x, cache = draw.tensor(2, 4, 8, dtype=DOUBLE), learner.KeyValueCache()
    theirs(x[:, :2], 0, cache)
    theirs(draw.tensor(2, 3, 8, dtype=DOUBLE), 0, learner.KeyValueCache())
    answer, (after, *_), _ = theirs.forward.with_arguments(x[:, 2:], 2, cache)
    output, _ = expect_pair("output and weights", answer)
    expect_close("output behind another text", output, ours(x)[0][:, 2:])
    expect_unchanged("x", after, x[:, 2:])


@block_checks.check(points=1, costly=True)
def one_text_after_another(learner, draw):
    """The same block must read text after text: one token, a thousand, large numbers, one head, many."""
    for d_model, n_heads, sizes in (
        (8, 2, {}),
        (2, 1, {"seq_len": draw.integer(5, 9)}),  # a thousand tokens are enough once
        (66, 3, {"seq_len": draw.integer(5, 9)}),
    ):
        ours, theirs = twin_blocks(learner, draw, d_model, n_heads)
        more = (draw.arrays(TEXTS, d_model=d_model) for _ in range(14))
        extents = draw.extents(TEXTS, d_model=d_model, **sizes)
        texts = *draw.magnitudes(TEXTS, d_model=d_model), *more, *extents, (draw.normal(*[d_model] * 3),)
        questions = (theirs.later(torch.from_numpy(text)) for (text,) in texts)
        for asked, answer in answers(learner, questions):
            expect_whole_text(ours, answer, *asked.args)
    for batch, seq_len, start, dtype in (
        (2, 5, draw.integer(3, 9), torch.float32),
        (1, 280, draw.integer(100, 900), DOUBLE),
        (1, 1, 1, DOUBLE),
    ):
        ours, theirs = twin_blocks(learner, draw, 8, 2, dtype=dtype)
        x, other = (draw.tensor(batch, seq_len, 8, dtype=dtype) for _ in range(2))
        expect_whole_text(ours, theirs(x, start=start), x, start=start)
        theirs.eval()  # changes what is random in training, and there is nothing of the kind
        expect_whole_text(ours, theirs(other), other)


@block_checks.check(points=1, precision=True)
def nine_digits_of_a_block(learner, draw):
    """Numbers in float64 must be right to nine digits: nothing may be computed in float32, nothing added."""
    ours, theirs = twin_blocks(learner, draw, 8, 2)
    x = draw.tensor(2, 5, 8, dtype=DOUBLE)
    expect_precise("output", expect_pair("output and weights", theirs(x))[0], ours(x)[0])
    expect_pieces(learner, ours, theirs, x, (0, 2, 3, 5), expect_precise)


@block_checks.check(points=1)
def lets_gradients_through(learner, draw):
    """The gradient of the output must reach x, through the sum and every head, and every parameter."""
    for dtype, options in ((torch.float32, {}), (DOUBLE, {"start": 7})):
        ours, theirs = twin_blocks(learner, draw, 8, 2, dtype=dtype)
        ours.requires_grad_(True)
        x, cotangent = (draw.tensor(2, 5, 8, dtype=dtype) for _ in range(2))
        names, parameters = zip(*ours.named_parameters(), strict=True)
        _, (found,) = theirs.forward.gradients(x, cotangent=cotangent, **options)
        _, of_parameters = theirs.forward.parameter_gradients(x, cotangent=cotangent, **options)
        leaf = x.clone().requires_grad_()
        wanted = torch.autograd.grad(ours(leaf, **options)[0], (leaf, *parameters), cotangent)
        for name, expected in zip(("x", *names), wanted, strict=True):
            gradient = found if name == "x" else of_parameters[name]
            expect(gradient is not None, f"gradient of {name}: it is missing. Is something detached?")
            expect_close(f"gradient of {name}", gradient, expected)
    expect_gradients_with_a_cache(learner, ours, theirs, x, cotangent[:, 3:])


def expect_gradients_with_a_cache(learner, ours, theirs, x, cotangent):
    """Expect the gradient to reach new tokens, whatever the cache remembers."""
    theirs_kept, ours_kept = learner.KeyValueCache(), reference.KeyValueCache()
    for block, kept in ((theirs, theirs_kept), (ours, ours_kept)):
        block(x[:, :3], 0, kept)
    _, (found,) = theirs.forward.gradients(x[:, 3:], 3, theirs_kept, cotangent=cotangent)
    leaf = x[:, 3:].clone().requires_grad_()
    (wanted,) = torch.autograd.grad(ours(leaf, 3, ours_kept)[0], leaf, cotangent)
    expect_close("gradient of x with a cache", found, wanted)


block_checks.outside("d_model = 1", "d_model is even, as d_head is: 2 is visited")
block_checks.region("d_model = 2", lambda call: call["x"].shape[-1] == 2, of="CausalBlock.forward")


@block_checks.stand_in
def CausalBlock(d_model, n_heads):
    import torch

    def turn(x, start):
        pairs = torch.view_as_complex(x.unflatten(-1, (-1, 2)).contiguous())
        slower = 100.0 ** -(torch.arange(pairs.shape[-1], device=x.device) / pairs.shape[-1])
        angles = (start + torch.arange(x.shape[-2], device=x.device))[:, None] * slower.to(x.dtype)
        return torch.view_as_real(pairs * torch.polar(torch.ones_like(angles), angles)).flatten(-2)

    class Block(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.norm = torch.nn.LayerNorm(d_model)
            self.project = torch.nn.Linear(d_model, 3 * d_model)
            self.out = torch.nn.Linear(d_model, d_model)

        def forward(self, x, start=0, cache=None):
            batch, seq_len, _ = x.shape
            parts = self.project(self.norm(x)).reshape(batch, seq_len, 3, n_heads, -1)
            query, key, value = parts.permute(2, 0, 3, 1, 4)
            query, key, weights = turn(query, start), turn(key, start), None
            if cache is None:
                later = torch.ones(seq_len, seq_len, dtype=torch.bool, device=x.device).triu(1)
                scores = torch.einsum("bhid,bhjd->bhij", query, key) * query.shape[-1] ** -0.5
                weights = torch.softmax(torch.where(later, float("-inf"), scores), dim=-1)
                heads = torch.einsum("bhij,bhjd->bhid", weights, value)
            else:
                heads = cache.attend(query, key, value)
            return x + self.out(heads.permute(0, 2, 1, 3).reshape(batch, seq_len, -1)), weights

    return Block()


token_checks = HiddenChecks("11.2")

ROLLS = 3000
"""So often a row is drawn from: six deviations are at most six in a hundred."""


def far_apart(draw, batch, n_tokens, gap=60.0, dtype=DOUBLE):
    """Return rows of scores of which one is so high that no other token is ever drawn, and these tokens."""
    order = torch.from_numpy(draw.generator.permuted(torch.arange(n_tokens).repeat(batch, 1).numpy(), axis=1))
    return (gap * (order - n_tokens // 2)).to(dtype), order.argmax(-1)


def expect_tokens(what, tokens, wanted):
    """Expect one whole number for each row."""
    expect_close(what, tokens, wanted)


@token_checks.check(points=2, gate=True)
def the_highest_wins(learner, draw):
    """At temperature 0 the highest score must win; and at 1, if it is far above all others."""
    scores, wanted = far_apart(draw, draw.integer(20, 30), draw.integer(6, 9))
    expect_tokens("tokens", learner.next_token(scores, 0.0), wanted)
    expect_tokens("tokens", roll(learner, draw, scores), wanted)


def expect_shares(tokens, wanted):
    """Expect tokens to be drawn as often as their probabilities say, within six deviations."""
    wanted = torch.as_tensor(wanted, dtype=DOUBLE)
    found = torch.bincount(tokens.reshape(-1).long(), minlength=len(wanted))[: len(wanted)] / tokens.numel()
    slack = 6 * (wanted * (1 - wanted) / tokens.numel()).sqrt() + 1e-9
    worst = int(((found - wanted).abs() - slack).argmax())
    message = (
        f"token {worst}: drawn in {found[worst]:.0%} of {tokens.numel()} rows, which is not its probability."
    )
    expect(bool(((found - wanted).abs() <= slack).all()), message)


def many_rows(draw, n_tokens, dtype=DOUBLE):
    """Return equal rows of scores, and the scores of one."""
    one = torch.tensor([0.7 * number for number in draw.permutation(n_tokens)], dtype=dtype)
    return one.repeat(ROLLS, 1), one


def roll(learner, draw, rows, *args, **options):
    """Return the tokens that dice draw which nobody else holds: a wrong answer is the same the next time."""
    return learner.next_token(rows, *args, generator=learner.dice(draw.integer(0, 1 << 30)), **options)


@token_checks.check(points=2)
def as_often_as_softmax_says(learner, draw):
    """Each token must be drawn with the probability softmax(scores / temperature), at any temperature."""
    rows, one = many_rows(draw, 4)
    for temperature in (draw.choice((0.4, 0.6)), 1.0, draw.choice((2.0, 3.0))):
        expect_shares(roll(learner, draw, rows, temperature), (one / temperature).softmax(-1))
    for factor in (0.001, 0.02, 40.0, 1000.0):
        expect_shares(roll(learner, draw, factor * rows, factor), one.softmax(-1))
    tokens = roll(learner, draw, torch.zeros(ROLLS, 300, dtype=DOUBLE))
    expect_shares(tokens // 100, [1 / 3] * 3)


@token_checks.check(points=2)
def among_the_highest(learner, draw):
    """With top_k exactly so many tokens can be drawn, each with its share among them."""
    rows, one = many_rows(draw, 5)
    top_k = draw.integer(2, 3)
    hidden = one.argsort(descending=True)[top_k:]
    for temperature, shift in ((1.0, 0.0), (draw.choice((0.5, 2.0)), -20_000.0)):
        wanted = one.index_fill(0, hidden, -math.inf)
        tokens = roll(learner, draw, rows + shift, temperature, top_k)
        expect_shares(tokens, (wanted / temperature).softmax(-1))
    for large in (5, 6, draw.integer(7, 99)):
        expect_shares(roll(learner, draw, rows, top_k=large), one.softmax(-1))
    scores, highest = far_apart(draw, 24, 7, gap=0.5)
    expect_tokens("tokens at top_k = 1", roll(learner, draw, scores, 500.0, top_k=1), highest)


@token_checks.check(points=2)
def of_equals_the_earlier(learner, draw):
    """Of equal scores the earlier token counts as the higher one, at temperature 0 and with top_k."""
    ties = torch.tensor([[1.0, 4.0, 4.0, 0.0, 4.0], [0.0, 0.0, 0.0, 0.0, 0.0], [2.0, 2.0, 3.0, 3.0, 2.0]])
    shift = draw.integer(2, 5)
    ties = torch.cat([torch.full((3, shift), -1.0), ties], dim=1).double()
    first = torch.tensor([1, 0, 2]) + shift
    expect_tokens("tokens at temperature 0", learner.next_token(ties, 0.0), first)
    expect_tokens("tokens at temperature 0 with top_k", learner.next_token(ties, 0.0, 2), first)
    expect_tokens("tokens at top_k = 1", roll(learner, draw, ties, 3.0, top_k=1), first)
    for row, pair in zip(ties, ((1, 2), (0, 1), (2, 3)), strict=True):
        wanted = torch.zeros(5 + shift)
        wanted[[each + shift for each in pair]] = 0.5
        expect_shares(roll(learner, draw, row.repeat(ROLLS, 1), top_k=2), wanted)


@token_checks.check(points=1)
def the_same_state_the_same_tokens(learner, draw):
    """The generator alone must decide: the same state, the same tokens; every draw moves it on."""
    scores, seed = torch.zeros(40, 11, dtype=DOUBLE), draw.integer(0, 1 << 30)
    for options in ({}, {"temperature": 2.0}, {"top_k": 9}, {"temperature": 0.5, "top_k": 10}):
        first = learner.next_token(scores, generator=learner.dice(seed), **options)
        again = learner.next_token(scores, generator=learner.dice(seed), **options)
        expect_tokens("tokens of a generator in the same state", again, first)
        used = learner.dice(seed)
        pair = [learner.next_token(scores, generator=used, **options) for _ in range(2)]
        expect_tokens("tokens of the first draw", pair[0], first)
        expect(not torch.equal(*pair), "tokens: the second draw of a generator gives those of the first.")
    free = [learner.next_token(scores) for _ in range(2)]
    expect(not torch.equal(*free), "tokens: two draws without a generator give the same. Is a seed set?")


@token_checks.check(points=1)
def any_scores(learner, draw):
    """Scores of any size and dtype, one token or many, and temperatures from 0.001 to a thousand."""
    settings = draw.pairs(
        temperature=(0.0, 0.001, 1.0),
        top_k=(None, 1, 3),
        batch=(1, 3, 70),
        n_tokens=(1, 4, 70),
        dtype=(DOUBLE, torch.float32),
        gap=(60.0, 700.0, 12_345.0),
        seed=(None, 5),
    )
    for each in settings:
        scores, wanted = far_apart(draw, each["batch"], each["n_tokens"], each["gap"], each["dtype"])
        free = each["seed"] is None and (each["temperature"] == 0 or each["top_k"] == 1)
        seeded = {} if free else {"generator": learner.dice(draw.integer(0, 99))}
        options = {"temperature": each["temperature"], "top_k": each["top_k"]} | seeded
        tokens, (after,), _ = learner.next_token.with_arguments(scores, **options)
        expect_tokens("tokens", tokens, wanted)
        expect_unchanged("scores", after, scores)
    scores, _ = far_apart(draw, 5, 4)
    for rows in (scores.mT.contiguous().mT, torch.zeros(2, 5, dtype=DOUBLE)):
        tokens = learner.next_token(rows, 0.0)
        expect_tokens("tokens", tokens, rows.argmax(-1))


token_checks.outside("temperature below 0", "it is 0, or 0.001 and more")


@token_checks.stand_in
def next_token(scores, temperature=1.0, top_k=None, generator=None):
    import torch

    if temperature == 0 or top_k == 1:
        return torch.max(scores, dim=-1).indices
    ranks = torch.argsort(scores, dim=-1, descending=True, stable=True)
    probabilities = torch.softmax(torch.gather(scores, -1, ranks)[:, :top_k] / temperature, dim=-1)
    drawn = torch.multinomial(probabilities, 1, generator=generator)
    return torch.gather(ranks, -1, drawn)[:, 0]


text_checks = HiddenChecks("11.3")


def twin_models(learner, draw, *sizes):
    """Return the reference's model and the learner's, alike."""
    return twins(reference.LanguageModel, learner.LanguageModel, draw, *sizes, scale=1.2)


def draw_prompt(draw, batch, seq_len, n_tokens):
    """Return (batch, seq_len) tokens."""
    return torch.tensor(
        [[draw.integer(0, n_tokens - 1) for _ in range(seq_len)] for _ in range(batch)]
    ).reshape(batch, seq_len)


def climbing_model(learner, n_tokens, odds):
    """Return a model whose next token is one further, with these odds against two further."""
    sizes = n_tokens, n_tokens, 1, 1
    model, ours = learner.LanguageModel(*sizes), reference.LanguageModel(*sizes)
    state = {name: torch.zeros_like(value) for name, value in ours.state_dict().items()}
    eye = torch.eye(n_tokens)
    state["embedding.weight"] = eye
    state["norm.weight"] = torch.full(
        (n_tokens,), (n_tokens - 1) ** -0.5
    )  # makes about (1, 0, 0, ...) of a row
    ahead = math.log(odds) * (n_tokens - 1) / n_tokens
    state["unembed.weight"] = (60 + ahead) * eye.roll(1, 0) + 60 * eye.roll(2, 0)
    model.load_state_dict(state)
    return model


@text_checks.check(points=3, gate=True)
def writes_what_the_model_says(learner, draw):
    """At temperature 0 each new token must be the one with the highest score behind all tokens before."""
    sizes = (
        (2, 20, 3),
        (1, 25, draw.integer(4, 6)),
        (2, 15, 7),
        (2, 10, 12),
    )  # not every model shows a mistake
    for n_layers, batch, seq_len in sizes:
        ours, theirs = twin_models(learner, draw, 13, 8, 2, n_layers)
        prompt = draw_prompt(draw, batch, seq_len, 13)
        wanted = reference.generate(ours, prompt, 9, 0.0)
        for use_cache in (True, False):
            tokens = learner.generate(theirs, prompt, 9, 0.0, use_cache=use_cache)
            expect_close("tokens", tokens, wanted)
    counting = climbing_model(learner, 8, math.exp(50))  # every token comes, and none is the last
    tokens = learner.generate(counting, torch.tensor([[2]]), 12, 0.0)
    expect_close("tokens", tokens, torch.arange(2, 15)[None] % 8)


@text_checks.check(points=1, costly=True)
def any_prompt(learner, draw):
    """Prompts of one token or a thousand, one text or many, no new token or many; they stay as they are."""
    long = draw.integer(1030, 1041)
    settings = (
        (1, 1, 1),
        (20, 1, 9),
        (70, 2, 1),
        (1, 3, 0),
        (3, 4, 0),
        (1, 2, 67),
        *((20, 90, 5),) * 3,  # not every model hears what lies far back
        (1, long, 2),
    )
    every = {"use_cache": False, "top_k": 2, "generator": learner.dice(draw.integer(0, 99))}
    for batch, seq_len, n_new in settings:
        n_layers = 1 if seq_len == long else 2
        ours, theirs = twin_models(learner, draw, 13, 16, 2, n_layers)
        prompt = draw_prompt(draw, batch, seq_len, 13)
        wanted = reference.generate(ours, prompt, n_new, 0.0)
        for options in ({}, every) if n_new < 10 else ({},):
            tokens, (_, after, *_), _ = learner.generate.with_arguments(theirs, prompt, n_new, 0.0, **options)
            expect_close("tokens", tokens, wanted)
            expect_unchanged("tokens given", after, prompt)


@text_checks.check(points=1)
def new_caches_for_every_text(learner, draw):
    """Text after text by the same model must be as if each were the first."""
    ours, theirs = twin_models(learner, draw, 13, 8, 2, 2)
    for _ in range(4):
        prompt = draw_prompt(draw, 20, draw.integer(1, 5), 13)
        expect_close(
            "tokens", learner.generate(theirs, prompt, 6, 0.0), reference.generate(ours, prompt, 6, 0.0)
        )


@text_checks.check(points=2)
def reads_new_tokens_only(learner, draw):
    """With caches each token must be read once, the prompt in one step; without, all of them in each step."""
    for n_layers, options in ((1, {}), (2, {"top_k": 2}), (1, {"use_cache": False})):
        _, model = twin_models(learner, draw, 9, 8, 2, n_layers)
        batch, seq_len, n_new = draw.integer(1, 3), draw.integer(6, 40), draw.integer(5, 30)
        learner.generate(model, draw_prompt(draw, batch, seq_len, 9), n_new, 0.0, **options)
        lengths = model.lengths_read()
        if "use_cache" in options:
            message = "tokens: without caches the model reads too little. Where does it know the others from?"
            expect(sum(lengths) >= sum(range(seq_len, seq_len + n_new)), message)
        else:
            message = "tokens: with caches the model reads too much. What is new in each step?"
            expect(sum(lengths) <= seq_len + n_new, message)
            message = "tokens: the model is asked too often. Let it read the prompt in one step."
            expect(len(lengths) <= n_new + 1, message)


@text_checks.check(points=2, costly=True)
def draws_as_it_is_told(learner, draw):
    """Temperature, top_k and the generator must reach every draw, with caches and without."""
    n_tokens = 2 * draw.integer(4, 6)
    model, sharp = (climbing_model(learner, n_tokens, math.exp(power)) for power in (math.log(9), 50))
    told = draw.pairs(
        temperature=(1.0, 0.0, 0.02),
        top_k=(None, 1, 3),
        seed=(None, draw.integer(0, 99)),
        use_cache=(True, False),
        batch=(1, 3),
    )
    alone = {"temperature": 1.0, "top_k": None, "seed": None, "use_cache": True}
    told += [alone | {"batch": 1} | each for each in ({}, {"top_k": 2}, {"seed": 1}, {"use_cache": False})]
    for options in told:
        prompt = torch.arange(options.pop("batch"))[:, None]
        seed = options.pop("seed")
        options |= {} if seed is None else {"generator": learner.dice(seed)}
        tokens, (_, after, _), _ = learner.generate.with_arguments(sharp, prompt, 13, **options)
        expect_close("tokens of a model that is sure", tokens, (prompt + torch.arange(14)) % n_tokens)
        expect_unchanged("tokens given", after, prompt)
    for use_cache in (True, False):
        expect_draws(learner, draw, model, n_tokens, use_cache)
    many, own = torch.zeros(100, 1, dtype=torch.long), learner.dice(draw.integer(0, 1 << 30))
    steps = expect_steps(learner.generate(model, many, 20, generator=own), n_tokens)
    share = float((steps == 1).double().mean())
    expect(0.85 < share < 0.95, "tokens: at temperature 1 they are not drawn with the model's probabilities.")
    texts = [learner.generate(model, prompt, 25, 900.0) for _ in range(2)]
    expect(not torch.equal(*texts), "tokens: two texts without a generator are the same. Is a seed set?")


def expect_draws(learner, draw, model, n_tokens, use_cache):
    """Expect temperature, top_k and generator to have the effect that they have on one draw."""

    def own():
        return learner.dice(draw.integer(0, 1 << 30))

    prompt, asked = torch.tensor([[0], [3]]), {"use_cache": use_cache}
    counted = (prompt + torch.arange(26)) % n_tokens
    expect_close("tokens at top_k = 1", learner.generate(model, prompt, 25, 50.0, 1, own(), **asked), counted)
    expect_close(
        "tokens at temperature 0.02", learner.generate(model, prompt, 25, 0.02, None, own(), **asked), counted
    )
    seed = draw.integer(0, 1 << 30)
    texts = [
        learner.generate(model, prompt, 25, 900.0, generator=learner.dice(each), **asked)
        for each in (seed, seed + 1, seed)
    ]
    expect_close("tokens of a generator in the same state", texts[2], texts[0])
    expect(not torch.equal(texts[0], texts[1]), "tokens: two generators give the same.")
    expect_steps(learner.generate(model, prompt, 25, 900.0, 2, own(), **asked), n_tokens)


def expect_steps(tokens, n_tokens):
    """Expect steps of one and of two from each token to the next, both somewhere, and no others."""
    steps = tokens.diff(dim=1) % n_tokens
    message = "tokens: expected the two with the highest scores, each of them somewhere, got others."
    expect(set(steps.unique().tolist()) == {1, 2}, message)
    return steps


text_checks.outside("temperature below 0", "it is 0, or 0.001 and more")


exposing_checks = HiddenChecks("11.4")
exposing_checks.outside("answer*", "many inputs expose the suspect; a little changed, it is another of them")


def chances(scores, top_k):
    """Return the probability with which each token is drawn."""
    kept = np.full(len(scores), -np.inf)
    highest = np.argsort(-scores, kind="stable")[:top_k]
    kept[highest] = scores[highest]
    return torch.from_numpy(kept).softmax(-1).numpy()


def exposing_word(learner):
    """Return what is said to be wrong once the scores are seen to expose the suspect."""
    scores, top_k, word = expect_parts("scores, top_k, word", learner.expose_chances(), 3)
    scores, top_k = expect_array("scores", scores, "n_tokens"), expect_whole("top_k", top_k)
    wrong = puzzles.suspect_chances(scores, top_k)
    expect_exposed("scores, top_k", right=chances(scores, top_k), wrong=wrong)
    return word


@exposing_checks.check(points=2, gate=True)
def exposes_the_suspect(learner, draw):
    """On your scores and top_k the suspect must give other probabilities than those of next_token."""
    exposing_word(learner)


@exposing_checks.check(points=2)
def names_what_is_wrong(learner, draw):
    """Your word must be the mistake that explains every answer of the suspect."""
    word = expect_word("word", exposing_word(learner), puzzles.MISTAKES)
    message = explain("word", "a mistake that explains every answer", word, "Try it on two scores.")
    expect(word == "rank_for_token", message)
