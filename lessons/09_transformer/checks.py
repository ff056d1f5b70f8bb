"""Lesson 09: the exercises and their public checks."""

import numpy as np
import torch

from autograde.compare import expect, expect_close, expect_equal, expect_shape, expect_unchanged
from autograde.exercise import Exercise
from autograde.expose import expect_fewest, expect_parts, expect_whole

sinusoidal = Exercise(
    "09.1",
    "cpu.positions.sinusoidal",
    title="A clock for every position",
    minutes=12,
    level="medium",
    hints=(
        "Think of d_model / 2 clocks, each slower than the one before. A position is written down as where "
        "all their hands point: a sine and a cosine for each clock.",
        "speed_i = 10000^(-2i / d_model) for i = 0, 1, ..., d_model / 2 - 1. The angle of clock i at "
        "position p is p · speed_i. Feature 2i is its sine, feature 2i + 1 its cosine.",
        "1. np.arange(0, d_model, 2) holds all 2i; turn it into speeds. 2. Multiply the positions, as a "
        "column, with the speeds. 3. Make an empty (seq_len, d_model) array. 4. Write the sines into the "
        "columns [:, 0::2] and the cosines into [:, 1::2].",
    ),
)


@sinusoidal.check
def position_zero(learner, draw):
    """At position 0 all angles are 0: the row is 0, 1, 0, 1."""
    encoding = learner.sinusoidal(3, 4)
    expect_shape("encoding", encoding, (3, 4))
    expect_close("row 0", encoding[0], np.array([0.0, 1.0, 0.0, 1.0]))


@sinusoidal.check
def one_clock(learner, draw):
    """With d_model = 2 there is one clock, of speed 1: position 1 is (sin 1, cos 1) = (0.8415, 0.5403)."""
    expected = np.array([[0.0, 1.0], [0.8415, 0.5403], [0.9093, -0.4161]])
    expect_close("encoding", learner.sinusoidal(3, 2), expected, rtol=0, atol=1e-4)


@sinusoidal.check
def the_second_clock(learner, draw):
    """With d_model = 4 the second clock has the speed 1 / 100: position 2 ends in (sin 0.02, cos 0.02)."""
    encoding = learner.sinusoidal(3, 4)
    expect_shape("encoding", encoding, (3, 4))
    expected = np.array([0.9093, -0.4161, 0.0200, 0.9998])
    expect_close("row 2", encoding[2], expected, rtol=0, atol=1e-4)


rotary = Exercise(
    "09.2",
    "cpu.positions.rotary",
    title="Turn queries and keys",
    minutes=15,
    level="medium",
    hints=(
        "Two neighbouring features are an arrow on a sheet of paper. Turn it, by more the later the token "
        "stands. The dot product of two arrows depends on the angle between them, so the score will depend "
        "on how far apart two tokens stand, and not on where.",
        "(a, b) turned by t is (a cos t - b sin t, a sin t + b cos t). For the pair (2i, 2i + 1) at position "
        "p the angle is t = p / base^(2i / d_head).",
        "1. Angles as in 09.1, with positions in place of 0, 1, 2, ... and `base` in place of 10000: a "
        "(seq_len, d_head / 2) array. 2. Take its cosine and sine. 3. Cut x into x[..., 0::2] and "
        "x[..., 1::2]. 4. Write the two turned halves into the same places of a new array.",
    ),
)


@rotary.check
def position_zero_stays(learner, draw):
    """At position 0 nothing turns, in any of two sentences."""
    x = np.array([[[3.0, 4.0, 5.0, 6.0]], [[7.0, 8.0, 9.0, 10.0]]])
    expect_close("turned", learner.rotary(x, np.array([0])), x)


@rotary.check
def the_arrow_to_the_right(learner, draw):
    """At position 1 the arrow (1, 0) becomes (cos 1, sin 1) = (0.5403, 0.8415)."""
    turned = learner.rotary(np.array([[1.0, 0.0]]), np.array([1]))
    expect_close("turned", turned, np.array([[0.5403, 0.8415]]), rtol=0, atol=1e-4)


@rotary.check
def two_pairs_and_a_base(learner, draw):
    """With base 4 and four features the second pair turns at half the speed of the first."""
    turned = learner.rotary(np.array([[1.0, 0.0, 0.0, 1.0]]), np.array([2]), base=4.0)
    expect_close("turned", turned, np.array([[-0.4161, 0.9093, -0.8415, 0.5403]]), rtol=0, atol=1e-4)


@rotary.check
def x_unchanged(learner, draw):
    """The queries that you were given must still be the same after the call."""
    x = np.arange(8.0).reshape(2, 4)
    _, arguments, _ = learner.rotary.with_arguments(x.copy(), np.array([1, 2]))
    expect_unchanged("x", arguments[0], x)


encoder_block = Exercise(
    "09.3",
    "cuda.transformer.EncoderBlock",
    title="A block around your attention",
    minutes=15,
    level="medium",
    builds_on=("06.1", "06.2"),
    banned=("torch.nn.TransformerEncoderLayer", "fused"),
    hints=(
        "Attention lets the tokens talk to each other; the two linear layers then let each token think by "
        "itself. Neither replaces what was there: both are added to it, and the sum is normalised.",
        "y = norm_attention(x + attention(x)), then output = norm_output(y + narrow(gelu(widen(y)))). Both "
        "terms of the second sum start from y, not from x.",
        "1. Call self.attention with x, mask=mask and need_weights=True: it returns two things. 2. Add the "
        "first to x and apply self.norm_attention; call the result y. 3. Apply self.widen, "
        "nn.functional.gelu and self.narrow to y. 4. Add y, apply self.norm_output. 5. Return the weights "
        "too if need_weights is true.",
    ),
)


@encoder_block.check
def silent_layers(learner, draw):
    """When attention and the linear layers say 0, the block only normalises: (1, 3) becomes (-1, 1)."""
    block = learner.EncoderBlock(2, 1, 3)
    block.load_state_dict(_plain_block())
    output = block(torch.tensor([[[1.0, 3.0], [5.0, 1.0]]]))
    expect_close("output", output, torch.tensor([[[-1.0, 1.0], [1.0, -1.0]]]))


@encoder_block.check
def two_tokens_that_share(learner, draw):
    """Attention adds the mean (3, 4) of both tokens to each: (1, 3) and (5, 5) become (4, 7) and (8, 9)."""
    block = learner.EncoderBlock(2, 1, 3)
    values = {"attention.in_proj_weight": torch.cat([torch.zeros(4, 2), torch.eye(2)])}
    scale = {"norm_attention.weight": torch.tensor([1.0, 2.0]), "norm_output.bias": torch.tensor([0.5, 0.0])}
    block.load_state_dict(_plain_block() | values | {"attention.out_proj.weight": torch.eye(2)} | scale)
    answer = block(torch.tensor([[[1.0, 3.0], [5.0, 5.0]]]), need_weights=True)
    output, weights = two_things(answer, "output and weights")
    expect_close("weights", weights, torch.full((1, 1, 2, 2), 0.5))
    expect_close("output", output, torch.tensor([[[-0.5, 1.0], [-0.5, 1.0]]]))


@encoder_block.check
def thoughts_that_turn_a_token_over(learner, draw):
    """Silent attention; gelu makes (0, 10, 0) of (-10, 10, 0), narrow (0, -4): (1, 3) becomes (1, -1)."""
    block = learner.EncoderBlock(2, 1, 3)
    widen = torch.tensor([[10.0, 0.0], [0.0, 10.0], [10.0, 10.0]])
    narrow = torch.tensor([[0.0, 0.0, -3.0], [0.1, -0.4, 0.0]])
    block.load_state_dict(_plain_block() | {"widen.weight": widen, "narrow.weight": narrow})
    output = block(torch.tensor([[[1.0, 3.0], [5.0, 1.0]]]))
    expect_close("output", output, torch.tensor([[[1.0, -1.0], [1.0, -1.0]]]), rtol=0, atol=1e-4)


@encoder_block.check
def between_the_linear_layers(learner, draw):
    """y = (1, 0, -1): narrow takes it away and adds gelu(y) = (0.8413, 0, -0.1587), which is normalised."""
    block, y = learner.EncoderBlock(3, 1, 3), torch.tensor([1.0, 0.0, -1.0])
    state = {name: torch.zeros_like(value) for name, value in block.state_dict().items()}
    linear = {"widen.weight": torch.eye(3), "narrow.weight": torch.eye(3), "narrow.bias": -y}
    block.load_state_dict(state | linear | {"norm_attention.bias": y, "norm_output.weight": torch.ones(3)})
    expected = torch.tensor([[[1.3987, -0.5186, -0.8801]]])
    expect_close("output", block(torch.tensor([[[5.0, 2.0, 4.0]]])), expected, rtol=0, atol=1e-4)


@encoder_block.check
def shape_and_mask(learner, draw):
    """A token that is hidden from all others must not change them."""
    block = learner.EncoderBlock(6, 2, 8)
    x, mask = draw.tensor(1, 3, 6), torch.tensor([True, True, False])
    before = block(x, mask=mask)
    expect_shape("output", before, (1, 3, 6))
    x[0, 2] += 1.0
    expect_close("first two tokens", block(x, mask=mask)[:, :2], before[:, :2])


def two_things(answer, names):
    """Return both parts of a tuple, or say that the answer is none."""
    expect(isinstance(answer, tuple) and len(answer) == 2, f"expected a tuple of {names}.")
    return answer


def _plain_block():
    """Return parameters for EncoderBlock(2, 1, 3) that add nothing and normalise plainly."""
    shapes = {
        "attention.in_proj_weight": (6, 2),
        "attention.in_proj_bias": (6,),
        "attention.out_proj.weight": (2, 2),
        "attention.out_proj.bias": (2,),
        "widen.weight": (3, 2),
        "widen.bias": (3,),
        "narrow.weight": (2, 3),
        "narrow.bias": (2,),
    }
    norms = {
        f"{name}.{end}": torch.full((2,), value)
        for name in ("norm_attention", "norm_output")
        for end, value in (("weight", 1.0), ("bias", 0.0))
    }
    return {name: torch.zeros(shape) for name, shape in shapes.items()} | norms


train_recall = Exercise(
    "09.4",
    "cuda.transformer.train_recall",
    title="Teach it to look things up",
    minutes=20,
    level="hard",
    also=("RecallModel",),
    builds_on=("06.1", "06.2"),
    banned=("torch.nn.TransformerEncoder", "torch.nn.TransformerEncoderLayer", "fused"),
    hints=(
        "First the model: tokens become vectors, each layer adds what its attention found, and the last "
        "vectors become scores. Then the training: ask, compare, follow the gradient a small step, repeat.",
        "x = embedding(tokens) + position; for each layer: x = x + layer(norm(x)), causally; scores = "
        "unembed(x). The loss of a batch is cross_entropy(scores at the last position, answers).",
        "forward: 1. To the embedded tokens add as many rows of self.position as there are tokens. 2. Call "
        "each layer with the normalised x, is_causal=True and need_weights=True. 3. Add what it found to "
        "x, and collect the weights. train_recall, in each step: 1. recall_batch makes questions and "
        "answers. 2. The loss compares the scores at the last position with the answers. 3. Forget the old "
        "gradients, go back through the loss, let the optimizer change the parameters. 4. Keep the loss as "
        "a float: .item().",
    ),
)


@train_recall.check
def shapes_of_the_model(learner, draw):
    """Two questions of seven tokens, eight symbols: scores (2, 7, 8), and weights (2, 1, 7, 7) twice."""
    model = learner.RecallModel(4, 3, 6, 2)
    answer = model(torch.tensor([[0, 5, 1, 4, 2, 7, 0], [3, 6, 1, 5, 0, 4, 1]]), need_weights=True)
    scores, weights = two_things(answer, "scores and weights")
    expect_shape("scores", scores, (2, 7, 8))
    expect_equal("number of layers with weights", len(weights), 2)
    for each in weights:
        expect_shape("weights", each, (2, 1, 7, 7))


@train_recall.check
def two_layers_by_hand(learner, draw):
    """x is (2, 1), (1, 2); layer 1 adds (-2, 2), what token 0 says, to both; layer 2 adds (-1, 1) to both."""
    model = learner.RecallModel(1, 1, 2, 2)
    state = {name: torch.zeros_like(value) for name, value in model.state_dict().items()}
    state["embedding.weight"] = torch.tensor([[1.0, 0.0], [2.0, 0.0]])
    state["position"] = torch.tensor([[0.0, 1.0], [0.0, 2.0], [5.0, 5.0]])
    state["norms.0.weight"], state["norms.1.weight"] = torch.full((2,), 2.0), torch.ones(2)
    for layer, output in enumerate((torch.eye(2).flip(0), torch.eye(2))):
        state[f"layers.{layer}.in_proj_weight"] = torch.cat([torch.zeros(2, 2), torch.eye(2), torch.eye(2)])
        state[f"layers.{layer}.out_proj.weight"] = output
    state["layers.0.in_proj_bias"][0] = 100.0  # every query of layer 1 looks for a large first feature
    state["unembed.weight"] = torch.eye(2)
    model.load_state_dict(state)
    scores, weights = two_things(model(torch.tensor([[1, 0]]), need_weights=True), "scores and weights")
    expect_close("scores", scores, torch.tensor([[[-1.0, 4.0], [-2.0, 5.0]]]), rtol=0, atol=1e-3)
    expect_close("weights of layer 1", weights[0], torch.tensor([[[[1.0, 0.0], [1.0, 0.0]]]]))
    expect_close("weights of layer 2", weights[1], torch.tensor([[[[1.0, 0.0], [0.5, 0.5]]]]), atol=1e-3)


@train_recall.check
def no_look_ahead(learner, draw):
    """Changing the last token must leave the scores at all earlier positions as they are."""
    model = learner.RecallModel(4, 3, 6, 2)
    tokens = torch.tensor([[0, 5, 1, 4, 2, 7, 0]])
    before = model(tokens)
    tokens[0, -1] = 2
    expect_close("scores before the last position", model(tokens)[:, :-1], before[:, :-1])


@train_recall.check
def it_gets_better(learner, draw):
    """After 60 steps on two pairs of four symbols the loss must be lower than at the start."""
    answer = learner.train_recall(seed=1, steps=60, batch=32, n_pairs=2, n_symbols=4)
    _, losses = two_things(answer, "the model and its losses")
    expect(isinstance(losses, list | tuple | np.ndarray), "losses: expected a list, one float for each step.")
    expect_equal("number of losses", len(losses), 60)
    order = "Does each step clear the old gradients, go back, and change the parameters, in this order?"
    lower = np.mean(losses[-10:]) < 0.75 * np.mean(losses[:10])
    expect(lower, f"losses: the last ten are not clearly lower. {order}")


previous_token_score = Exercise(
    "09.5",
    "cpu.attention.previous_token_score",
    title="Find the heads",
    minutes=8,
    also=("sink_score",),
    hints=(
        "A head that looks one token back has its large weights just below the diagonal. A head that uses "
        "the first token as a sink has them in the first column. Average those places.",
        "previous-token score = mean over i = 1 ... n - 1 of weights[i, i - 1]; sink score = mean over "
        "i = 1 ... n - 1 of weights[i, 0].",
        "1. np.diagonal with an offset of -1 and the last two axes gives the weights below the diagonal, "
        "for all heads at once. 2. Take the mean over the last axis. 3. For the sink: the first column "
        "without its first row, and again the mean over the last axis.",
    ),
)

LOOKS_BACK = np.array([[1.0, 0.0, 0.0], [0.9, 0.1, 0.0], [0.2, 0.5, 0.3]])


@previous_token_score.check
def one_head_looks_back(learner, draw):
    """Token 1 looks back with 0.9, token 2 with 0.5: the score is 0.7."""
    expect_close("previous-token score", learner.previous_token_score(LOOKS_BACK), 0.7)


@previous_token_score.check
def one_head_has_a_sink(learner, draw):
    """Tokens 1 and 2 look at token 0 with 0.9 and 0.2: the sink score is 0.55."""
    expect_close("sink score", learner.sink_score(LOOKS_BACK), 0.55)


@previous_token_score.check
def one_score_for_each_head(learner, draw):
    """For (2, 3, n, n) weights both scores have the shape (2, 3)."""
    weights = np.full((2, 3, 4, 4), 0.25)
    expect_close("previous-token score", learner.previous_token_score(weights), np.full((2, 3), 0.25))
    expect_close("sink score", learner.sink_score(weights), np.full((2, 3), 0.25))


expose_sinusoidal = Exercise(
    "09.7",
    "puzzles.expose_sinusoidal",
    title="Spot the bug: clocks",
    minutes=6,
    level="medium",
    hints=(
        "The suspect has another base. Which clock does not care about the base?",
        "Clock i has the speed 1 / base^(2i / d_model): the first one has speed 1 with every base. And at "
        "position 0 no clock has moved.",
        "1. So a second clock is needed: what is d_model then? 2. And a position after 0: what is seq_len "
        "then?",
    ),
)


def exposing_sizes(learner):
    seq_len, d_model = expect_parts("seq_len, d_model", learner.expose_sinusoidal(), 2)
    seq_len, d_model = expect_whole("seq_len", seq_len), expect_whole("d_model", d_model, 2)
    expect(d_model % 2 == 0, "d_model: expected an even number, got an odd one.")
    return seq_len, d_model


@expose_sinusoidal.check
def the_second_clock_runs_too_fast(learner, draw):
    """In your table the second clock of the suspect must be off by a hundredth or more."""
    seq_len, d_model = exposing_sizes(learner)
    second = np.asarray(learner.suspect_sinusoidal(seq_len, d_model))[:, 2:3]
    right = np.sin(np.arange(seq_len)[:, None] / 10000 ** (2 / d_model))[:, : second.shape[1]]
    expect(
        bool((np.abs(second - right) >= 0.01).any()),
        "seq_len, d_model: the second clock is right, or missing.",
    )


@expose_sinusoidal.check
def with_eight_numbers(learner, draw):
    """A table of eight numbers is enough."""
    seq_len, d_model = exposing_sizes(learner)
    expect_fewest("numbers in the table", seq_len * d_model, 8)
