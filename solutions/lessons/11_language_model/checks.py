"""Lesson 11: the exercises and their public checks."""

import numpy as np
import torch

from autograde.compare import expect, expect_close, expect_equal, expect_shape
from autograde.errors import explain
from autograde.exercise import Exercise
from autograde.expose import expect_array, expect_exposed, expect_parts, expect_whole, expect_word

causal_block = Exercise(
    "11.1",
    "cuda.language.CausalBlock",
    title="A block that writes",
    minutes=20,
    level="medium",
    builds_on=("06.1", "06.4", "09.2"),
    banned=("fused", "torch.nn.TransformerEncoderLayer", "torch.nn.TransformerDecoderLayer"),
    hints=(
        "You have written every part of it: heads in 06.2, the cache in 06.4, the turn in 09.2, the sum with "
        "what came in in 09.3. What is new is the order, and that old tokens may lie in a cache.",
        "Both roads begin alike, with query, key and value of the tokens in x at their own positions. "
        "Only then they part: the whole text attends to itself, new tokens attend through the cache. Which "
        "of the three is not turned?",
        "1. The norm, then one linear layer for all three, then cut its features into three. 2. Heads and "
        "features are one axis now: unflatten it, and bring the heads before the tokens. 3. Turn two of the "
        "three. 4. Without a cache, weights and a product; with one, its method does both, and there are no "
        "weights to hand out. 5. Heads back behind the tokens, flatten, W_O, and add x.",
    ),
)


def plain_block(learner, n_heads=1, **parameters):
    """Return a block with heads of two features that says nothing, but for what `parameters` change."""
    d_model = 2 * n_heads
    block = learner.CausalBlock(d_model, n_heads)
    state = {name: torch.zeros_like(value) for name, value in block.state_dict().items()}
    plain = {"norm.weight": torch.ones(d_model), "out.weight": torch.eye(d_model)}
    block.load_state_dict(
        state | plain | {name.replace("__", "."): value for name, value in parameters.items()}
    )
    return block


def two_things(answer):
    """Return output and weights, or say that the answer is something else."""
    expect(isinstance(answer, tuple) and len(answer) == 2, "expected a tuple of output and weights.")
    return answer


VALUES_ONLY = torch.cat([torch.zeros(4, 2), torch.eye(2)])


@causal_block.check
def what_a_token_hears(learner, draw):
    """The norm makes (-1, 1) of (1, 3), W_O (1, -1); token 0 hears itself, token 1 the mean (0, 0)."""
    block = plain_block(learner, project__weight=VALUES_ONLY, out__weight=torch.eye(2).flip(0))
    output, weights = two_things(block(torch.tensor([[[1.0, 3.0], [5.0, 1.0]]])))
    expect_close("weights", weights, torch.tensor([[[[1.0, 0.0], [0.5, 0.5]]]]))
    expect_close("output", output, torch.tensor([[[2.0, 2.0], [5.0, 1.0]]]), rtol=0, atol=1e-4)


@causal_block.check
def turned_by_their_positions(learner, draw):
    """In both heads all queries are (2, 0), all keys (0, 2), then turned: token 2 scores 2.57, 2.38 and 0."""
    bias = torch.cat([torch.tensor([2.0, 0.0]).repeat(2), torch.tensor([0.0, 2.0]).repeat(2), torch.zeros(4)])
    _, weights = two_things(plain_block(learner, 2, project__bias=bias)(torch.zeros(1, 3, 4)))
    expected = torch.tensor([[0.5257, 0.4341, 0.0402]]).repeat(2, 1)
    expect_close("weights of token 2", weights[0, :, 2], expected, rtol=0, atol=1e-3)


@causal_block.check
def every_head_for_itself(learner, draw):
    """Every token has the values (1, 2) in one head and (3, 4) in the other: the output is 1, 2, 3, 4."""
    bias = torch.cat([torch.zeros(8), torch.tensor([1.0, 2.0, 3.0, 4.0])])
    output, weights = two_things(plain_block(learner, 2, project__bias=bias)(torch.zeros(1, 3, 4)))
    expect_shape("weights", weights, (1, 2, 3, 3))
    expect_close("output", output, torch.tensor([[[1.0, 2.0, 3.0, 4.0]]]).repeat(1, 3, 1))


@causal_block.check
def no_look_ahead(learner, draw):
    """Changing the last token must leave all earlier ones as they are."""
    block, x = learner.CausalBlock(4, 2), draw.tensor(1, 3, 4)
    before, _ = two_things(block(x))
    x[0, 2] += 1.0
    expect_close("first two tokens", two_things(block(x))[0][:, :2], before[:, :2])


@causal_block.check
def piece_by_piece(learner, draw):
    """Two tokens and then a third, through a cache: the same features as all three at once."""
    block, x, cache = learner.CausalBlock(4, 2), draw.tensor(1, 3, 4, scale=3.0), learner.KeyValueCache()
    whole, _ = two_things(block(x))
    for start, stop in ((0, 2), (2, 3)):
        output, weights = two_things(block(x[:, start:stop], start, cache))
        expect_close(f"output of tokens {start} to {stop - 1}", output, whole[:, start:stop])
        expect(weights is None, "weights: expected None with a cache.")


next_token = Exercise(
    "11.2",
    "cuda.language.next_token",
    title="Draw a token",
    minutes=15,
    level="medium",
    hints=(
        "Three steps that do not know of each other: decide who may be drawn at all, turn scores into "
        "probabilities, draw. Temperature 0 leaves nothing to draw, so it comes first.",
        "Whoever may not be drawn gets the score -inf, and so the weight 0. Who that is, is a question of "
        "rank, not of size: a threshold lets too many in when scores are equal.",
        "1. Temperature 0: argmax, which takes the first of equals. 2. A stable argsort, descending, gives "
        "the tokens by rank; those from rank top_k on are to be hidden; scatter writes into the places that "
        "it is given. 3. softmax of scores over temperature. 4. torch.multinomial draws, for each row, and "
        "takes a generator; it keeps an axis too many.",
    ),
)


@next_token.check
def the_limit(learner, draw):
    """At temperature 0 the highest score wins, of equal ones the first: tokens 1 and 0."""
    scores = torch.tensor([[1.0, 3.0, 2.0], [5.0, 0.0, 5.0]])
    expect_close("tokens", learner.next_token(scores, temperature=0.0), torch.tensor([1, 0]))
    expect_close("tokens with top_k = 1", learner.next_token(scores, 9.0, top_k=1), torch.tensor([1, 0]))


@next_token.check
def shares(learner, draw):
    """Scores ln 1 and ln 3: token 1 in 75 of 100 rows, at temperature 0.5 in 90, at 1000 in 50."""
    scores = torch.tensor([[0.0, 1.0986]]).repeat(4000, 1)
    for temperature, share in ((1.0, 0.75), (0.5, 0.9), (1000.0, 0.5)):
        tokens = learner.next_token(scores, temperature)
        expect_shape("tokens", tokens, (4000,))
        found = float(tokens.double().mean())
        message = (
            f"token 1 at temperature {temperature:g}: expected in {share:.0%} of the rows, got {found:.0%}."
        )
        expect(abs(found - share) < 0.05, message)


@next_token.check
def two_of_four(learner, draw):
    """The scores 2, 1, 2, 2 with top_k = 2: tokens 0 and 2, both, and no other."""
    scores = torch.tensor([[2.0, 1.0, 2.0, 2.0]]).repeat(200, 1)
    found = set(learner.next_token(scores, top_k=2).tolist())
    expect(found == {0, 2}, f"tokens drawn: expected 0 and 2, got {', '.join(map(str, sorted(found)))}.")
    everything = set(learner.next_token(scores, top_k=7).tolist())
    expect_equal("how many of 4 tokens are drawn with top_k = 7", len(everything), 4)


@next_token.check
def the_same_dice(learner, draw):
    """Dice in the same state draw the same 50 tokens; drawn again, or in another state, others."""
    scores, used = torch.zeros(50, 9), learner.dice(1)
    first, again, other = (learner.next_token(scores, generator=learner.dice(seed)) for seed in (1, 1, 2))
    expect_close("tokens of a generator in the same state", again, first)
    expect(not torch.equal(first, other), "tokens: two generators give the same. Does yours draw them?")
    pair = [learner.next_token(scores, generator=used) for _ in range(2)]
    expect(not torch.equal(*pair), "tokens: the second draw of a generator is its first one again.")


generate = Exercise(
    "11.3",
    "cuda.language.generate",
    title="Let it write",
    minutes=15,
    level="medium",
    builds_on=("06.4", "11.1", "11.2"),
    hints=(
        "A model that has read n tokens says what comes next. Draw one, append it, and the model has to read "
        "one more. What of the text does it have to read, with a cache and without?",
        "Keep two things between the steps: what is new, and at which position it begins. The first time "
        "that is the prompt, at 0. Only the scores behind the last token matter.",
        "1. A cache for each block, or None. 2. n_new times: ask the model for scores, take those of the "
        "last position, draw, append to the text. 3. With caches, the token that was drawn is new, and it "
        "stands at the end; without, everything is new again, from 0.",
    ),
)


def counting_model(learner, n_tokens=6):
    """Return a model that has learnt to count: after token t the highest score is that of t + 1."""
    model = learner.LanguageModel(n_tokens, n_tokens, 1, 1)
    state = {name: torch.zeros_like(value) for name, value in model.state_dict().items()}
    state["embedding.weight"] = torch.eye(n_tokens)
    state["unembed.weight"] = torch.eye(n_tokens).roll(1, 0)
    for norm in ("norm", "blocks.0.norm"):
        state[f"{norm}.weight"] = torch.ones(n_tokens)
    model.load_state_dict(state)
    return model


@generate.check
def counts_on(learner, draw):
    """A model that counts, with the prompts 0, 1 and 3, 4: it goes on with 2, 3, 4 and 5, 0, 1."""
    model, expected = counting_model(learner), torch.tensor([[0, 1, 2, 3, 4], [3, 4, 5, 0, 1]])
    for use_cache in (True, False):
        tokens = learner.generate(model, expected[:, :2], 3, temperature=0.0, use_cache=use_cache)
        expect_close(f"tokens with use_cache = {use_cache}", tokens, expected)
    expect_close("tokens with n_new = 0", learner.generate(model, expected, 0), expected)


@generate.check
def the_cache_changes_nothing(learner, draw):
    """A model that has learnt nothing: the same ten tokens with caches and without, two times."""
    model, prompt = learner.LanguageModel(20, 8, 2, 2), torch.tensor([[3, 1, 4, 1, 5]])
    state = {name: draw.tensor(*value.shape, scale=0.8) for name, value in model.state_dict().items()}
    model.load_state_dict(state)
    first = learner.generate(model, prompt, 10, 0.0, use_cache=False)
    expect_shape("tokens", first, (1, 15))
    for _ in range(2):
        expect_close("tokens with caches", learner.generate(model, prompt, 10, 0.0), first)


@generate.check
def reads_each_token_once(learner, draw):
    """Five tokens and ten new ones: with caches at most 15 are read, in at most 11 steps; without, 95."""
    model, prompt = learner.LanguageModel(9, 8, 2, 1), torch.tensor([[3, 1, 4, 1, 5]])
    for use_cache in (True, False):
        learner.generate(model, prompt, 10, use_cache=use_cache)
        lengths = model.lengths_read()
        how = f"{sum(lengths)} tokens in {len(lengths)} steps"
        if use_cache:
            expect(
                sum(lengths) <= 15 and len(lengths) <= 11,
                f"with caches: read are {how}. What is new in a step?",
            )
        else:
            expect(
                sum(lengths) >= 95,
                f"without caches: read are {how}. Where does the model know the others from?",
            )


@generate.check
def draws_as_it_is_told(learner, draw):
    """Temperature, top_k and generator must reach `next_token`."""
    model, prompt = counting_model(learner), torch.tensor([[0]])
    counted = torch.arange(31)[None] % 6
    expect_close("tokens at top_k = 1", learner.generate(model, prompt, 30, 9.0, top_k=1), counted)
    expect_close("tokens at temperature 0.01", learner.generate(model, prompt, 30, 0.01), counted)
    first, again, other = (
        learner.generate(model, prompt, 30, 9.0, generator=learner.dice(seed)) for seed in (1, 1, 2)
    )
    expect_close("tokens of a generator in the same state", again, first)
    expect(not torch.equal(first, other), "tokens: two generators give the same. Does yours draw them?")


expose_chances = Exercise(
    "11.4",
    "puzzles.expose_chances",
    title="Spot the bug: who may be drawn",
    minutes=8,
    level="medium",
    hints=(
        "Print `rank` for a few scores, sorted ones and others. Does its first number belong to the first "
        "token?",
        "np.argsort says which token comes first, which second. The suspect reads it the other way round: "
        "how high is token 0, how high token 1. When are these two lists different?",
        "1. Two scores, or sorted ones, are not enough: exchange two places, and both lists are the same. "
        "2. So take three scores, none at its own place, and top_k = 1. 3. For the word, go through all "
        "five: what would each of them do to the scores 2 and 1, and to 1 and 1? What does the suspect do?",
    ),
)


def exposing_scores(learner):
    scores, top_k, word = expect_parts("scores, top_k, word", learner.expose_chances(), 3)
    return expect_array("scores", scores, "n_tokens"), expect_whole("top_k", top_k), word


@expose_chances.check
def the_order_of_the_scores_matters(learner, draw):
    """With the same scores in falling order, where it is right, the suspect must keep others."""
    scores, top_k, _ = exposing_scores(learner)
    order = np.argsort(-scores, kind="stable")
    right = np.empty(len(scores))
    right[order] = learner.suspect_chances(scores[order], top_k)
    expect_exposed("scores, top_k", right=right, wrong=learner.suspect_chances(scores, top_k))


KEEPS = {
    "keeps_the_lowest": ((2.0, 1.0), [1]),
    "last_of_equals": ((1.0, 1.0), [1]),
    "one_too_many_stays": ((2.0, 1.0), [0, 1]),
    "rank_for_token": ((2.0, 1.0), [0]),
    "threshold_lets_equals_in": ((1.0, 1.0), [0, 1]),
}
"""Two scores, and which tokens each mistake keeps of them with top_k = 1."""


@expose_chances.check
def a_word_that_explains_other_answers(learner, draw):
    """The mistake that you name must explain what the suspect keeps of two scores with top_k = 1."""
    *_, word = exposing_scores(learner)
    scores, keeps = KEEPS[expect_word("word", word, KEEPS)]
    found = np.flatnonzero(learner.suspect_chances(np.array(scores), 1)).tolist()
    got = f"tokens kept of the scores {scores[0]:g}, {scores[1]:g}"
    expect(found == keeps, explain(got, f"{keeps} by {word}", f"{found}", "Which word explains that, too?"))
