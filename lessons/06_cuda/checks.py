"""Lesson 06: the exercises and their public checks."""

import math

import numpy as np
import torch

from autograde.compare import expect, expect_close, expect_dtype
from autograde.exercise import Exercise
from autograde.expose import expect_array, expect_exposed, expect_fewest, expect_parts


def heads(*rows):
    """Return rows of numbers as one batch element with one head: (1, 1, len(rows), features)."""
    return torch.tensor([[[list(row) for row in rows]]])


masked_softmax = Exercise(
    "06.0",
    "cuda.attention.masked_softmax",
    title="Softmax under a mask",
    minutes=8,
    hints=(
        "Hide before softmax, so that the visible scores share the whole 1. And what does softmax make of a "
        "row in which everything is hidden?",
        "Hidden scores become -inf, whose exponential is 0. A row of nothing is then 0 / 0, which is NaN, "
        "until its weights are filled with 0.",
        "1. `~mask` is True where a score is hidden. 2. masked_fill the scores there with -math.inf. 3. "
        "Softmax over the keys, the last axis. 4. masked_fill the weights at the same places with 0.",
    ),
    banned=("fused", "numpy"),
)


@masked_softmax.check
def a_hidden_score(learner, draw):
    """Of the scores 0, ln 3 and 9 the last is hidden: the weights are 1/4, 3/4 and 0."""
    scores, mask = heads([0.0, math.log(3), 9.0]), torch.tensor([True, True, False])
    expect_close("weights", learner.masked_softmax(scores, mask), heads([0.25, 0.75, 0.0]))


@masked_softmax.check
def a_row_of_nothing(learner, draw):
    """A row in which everything is hidden has weights of 0, and so are the gradients of its scores."""
    scores, mask = heads([1.0, 2.0], [3.0, 3.0]), torch.tensor([[False, False], [True, True]])
    weights, (gradient,) = learner.masked_softmax.gradients(
        scores, mask, cotangent=heads([1.0, 1.0], [4.0, 0.0])
    )
    expect_close("weights", weights, heads([0.0, 0.0], [0.5, 0.5]))
    expect_close("gradient of scores", gradient, heads([0.0, 0.0], [1.0, -1.0]))


attention = Exercise(
    "06.1",
    "cuda.attention.attention",
    title="Attention on any device",
    minutes=20,
    level="medium",
    hints=(
        "It is 04.3 in torch's words, with masked_softmax at its end. New are four things, one after the "
        "other: the dtype of the scores, the shared heads, the causal mask, and where that mask lies.",
        "A pair is allowed if the mask allows it AND, with is_causal, j <= i. Query head h uses key head h "
        "// (n_heads / n_kv_heads). Without a scale it is 1 / √d_head.",
        "1. The wider of the dtype and float32; both inputs go there before the product. 2. "
        "repeat_interleave the key's axis of heads. 3. Scores, times the scale. 4. A bool tensor of ones, on "
        "the device of `query`; .tril() if causal; & the mask if there is one. 5. masked_softmax, and back "
        "to the dtype of `query`. 6. For the output repeat the heads of the values as well.",
    ),
    also=("attention_weights",),
    builds_on=("06.0",),
    banned=("fused", "numpy"),
)


@attention.check
def two_tokens_by_hand(learner, draw):
    """Products 0 and 2 ln 3, halved as √4 = 2, give the weights 1/4 and 3/4; unscaled 1/10 and 9/10."""
    query, value = heads([2.0, 0.0, 0.0, 0.0]), heads([0.0], [4.0])
    key = heads([0.0] * 4, [math.log(3), 0.0, 0.0, 0.0])
    expect_close("weights", learner.attention_weights(query, key), heads([0.25, 0.75]))
    expect_close("weights at scale 1", learner.attention_weights(query, key, scale=1.0), heads([0.1, 0.9]))
    expect_close("weights at scale 0", learner.attention_weights(query, key, scale=0.0), heads([0.5, 0.5]))
    expect_close("output", learner.attention(query, key, value), heads([3.0]))


@attention.check
def the_first_token_sees_itself(learner, draw):
    """With is_causal and equal keys, token i is the mean of the values up to i: 6, 4, 3. None sees the 9."""
    query, key, value = heads(*[[1.0]] * 3), heads(*[[1.0]] * 4), heads([6.0], [2.0], [1.0], [9.0])
    output = learner.attention(query, key, value, is_causal=True)
    expect_close("output", output, heads([6.0], [4.0], [3.0]))


@attention.check
def a_mask_hides(learner, draw):
    """Of the values 6, 2, 1 the first query sees 6 and 1, the second none, the third 2 and 1."""
    query, key, value = heads(*[[1.0]] * 3), heads(*[[1.0]] * 3), heads([6.0], [2.0], [1.0])
    mask = torch.tensor([[True, False, True], [False, False, False], [False, True, True]])
    expect_close("output", learner.attention(query, key, value, mask), heads([3.5], [0.0], [1.5]))
    output = learner.attention(query, key, value, mask, is_causal=True)
    expect_close("output with is_causal", output, heads([6.0], [0.0], [1.5]))


@attention.check
def four_heads_share_two(learner, draw):
    """Query heads 0 and 1 read the value of head 0, which is 10; heads 2 and 3 that of head 1: 20."""
    query, key = torch.ones(1, 4, 1, 2), torch.ones(1, 2, 1, 2)
    value = torch.tensor([10.0, 20.0]).reshape(1, 2, 1, 1)
    output = learner.attention(query, key, value)
    expect_close("output", output.flatten(), torch.tensor([10.0, 10.0, 20.0, 20.0]))


@attention.check
def stays_where_it_is(learner, draw):
    """On another device nothing may come back to the host; float16 goes in and float16 comes out."""
    query = draw.tensor(1, 2, 3, 4)
    seen = learner.attention.observed("pretend_device", query, query, query, is_causal=True)
    expect(seen["devices"] == ["pretend"], "the output does not lie on the device of the inputs.")
    expect(not seen["log"], f"while it ran: {'; '.join(seen['log'])}. Stay on the device.")
    half = query.half()
    expect_dtype("output", learner.attention(half, half, half), torch.float16)


multi_head_attention = Exercise(
    "06.2",
    "cuda.multi_head.MultiHeadAttention",
    title="A module that takes over torch's weights",
    minutes=20,
    level="medium",
    hints=(
        "It is 05.3 for a batch, with one matrix that holds W_Q, W_K and W_V on top of each other. Cut it "
        "in three, project, and let your attention_weights do the rest.",
        "query = split(x W_Qᵀ + b_Q), key = split(c W_Kᵀ + b_K), value = split(c W_Vᵀ + b_V), output = "
        "merge(weights · value) W_Oᵀ + b_O, with c = context, or x if there is none.",
        "1. Cut matrix and bias in three with .chunk. 2. _split: reshape to (batch, seq_len, n_heads, "
        "d_head), then exchange two axes. 3. attention_weights takes mask and is_causal as they came. 4. "
        "Weigh the values, exchange the same axes back, and flatten the last two. 5. self.out_proj does "
        "the last product. 6. Return a pair if need_weights.",
    ),
    builds_on=("06.1",),
    banned=("fused", "numpy"),
)

IDENTITY = {
    "in_proj_weight": torch.eye(2).repeat(3, 1),
    "in_proj_bias": torch.zeros(6),
    "out_proj.weight": torch.eye(2),
    "out_proj.bias": torch.zeros(2),
}


@multi_head_attention.check
def one_token_is_its_own_value(learner, draw):
    """One token attends to itself only: with W_V = 2 I, W_O = 3 I and b_O = 1, [1, 2] becomes [7, 13]."""
    module = learner.MultiHeadAttention(2, 1)
    weight = torch.cat([torch.eye(2), torch.eye(2), 2 * torch.eye(2)])
    changed = {"in_proj_weight": weight, "out_proj.weight": 3 * torch.eye(2), "out_proj.bias": torch.ones(2)}
    module.load_state_dict(IDENTITY | changed)
    expect_close("output", module(torch.tensor([[[1.0, 2.0]]])), torch.tensor([[[7.0, 13.0]]]))


@multi_head_attention.check
def each_head_has_its_feature(learner, draw):
    """Two heads, one feature each: the query [0, ln 3] gives the weights 1/2, 1/2 and 1/4, 3/4."""
    module = learner.MultiHeadAttention(2, 2)
    module.load_state_dict(IDENTITY)
    x, context = torch.tensor([[[0.0, math.log(3)]]]), torch.tensor([[[4.0, 0.0], [8.0, 1.0]]])
    output, weights = module(x, context, need_weights=True)
    expect_close("weights", weights, torch.tensor([[[[0.5, 0.5]], [[0.25, 0.75]]]]))
    expect_close("output", output, torch.tensor([[[6.0, 0.75]]]))


@multi_head_attention.check
def the_mean_of_what_is_seen(learner, draw):
    """Queries of 0 weigh all keys alike: of 6, 2, 1 the means so far are 6, 4, 3; without the 6 it is 1.5."""
    module = learner.MultiHeadAttention(1, 1)
    weight = torch.tensor([[0.0], [1.0], [1.0]])
    one = {"in_proj_bias": torch.zeros(3), "out_proj.weight": torch.eye(1), "out_proj.bias": torch.zeros(1)}
    module.load_state_dict({"in_proj_weight": weight, **one})
    x, mask = torch.tensor([[[6.0], [2.0], [1.0]]]), torch.tensor([False, True, True])
    expect_close("output with is_causal", module(x, is_causal=True), torch.tensor([[[6.0], [4.0], [3.0]]]))
    expect_close("output with a mask", module(x, mask=mask), torch.full((1, 3, 1), 1.5))


@multi_head_attention.check
def the_same_as_torch(learner, draw):
    """Eight features and four heads: the same output as nn.MultiheadAttention with the same parameters."""
    theirs = torch.nn.MultiheadAttention(8, 4, batch_first=True).requires_grad_(False)
    theirs.load_state_dict({name: draw.tensor(*each.shape) for name, each in theirs.state_dict().items()})
    module = learner.MultiHeadAttention(8, 4)
    module.load_state_dict(dict(theirs.state_dict()))
    x = draw.tensor(2, 5, 8)
    expect_close("output", module(x), theirs(x, x, x)[0])


attention_function = Exercise(
    "06.3",
    "cuda.attention.AttentionFunction",
    title="Backward by hand",
    minutes=25,
    level="hard",
    hints=(
        "Backward walks through forward from its last line to its first. For each product A B, the gradient"
        " of A is the gradient of the product times Bᵀ, and that of B is Aᵀ times it. In between stands "
        "softmax, whose backward you wrote in 03.3.",
        "dV = Wᵀ dO;  dW = dO Vᵀ;  dS = W ∘ (dW - rowsum(dW ∘ W));  dQ = dS K / √d_head;  dK = dSᵀ Q / "
        "√d_head.",
        "forward: 1. The weights, as in 06.1. 2. Save four tensors: the three inputs and the weights. 3. "
        "Weigh the values. backward: 4. Take the four out again, in the same order. 5. Write the five "
        "formulas, with .mT for a transpose; a row sum needs keepdim=True. 6. Return a gradient for each "
        "input of forward: three, and None.",
    ),
    builds_on=("06.1",),
    banned=("fused", "autograd", "numpy"),
)


@attention_function.check
def forward_is_attention(learner, draw):
    """The weights 1/4 and 3/4 and the values 0 and 4 give the output 3."""
    query, key, value = heads([2.0]), heads([0.0], [math.log(3) / 2]), heads([0.0], [4.0])
    expect_close("output", learner.AttentionFunction.apply(query, key, value), heads([3.0]))


@attention_function.check
def gradients_of_the_values(learner, draw):
    """With the weights 1/4 and 3/4 and dO = 8, the gradients of the two values are 2 and 6."""
    query, key, value = heads([2.0]), heads([0.0], [math.log(3) / 2]), heads([0.0], [4.0])
    cotangent = heads([8.0])
    _, gradients = learner.AttentionFunction.apply.gradients(query, key, value, cotangent=cotangent)
    expect_close("gradient of value", gradients[2], heads([2.0], [6.0]))


@attention_function.check
def gradients_of_query_and_key(learner, draw):
    """With dO = 1: dW = [0, 4], its mean 3, dS = [-3/4, 3/4]; over √4: dK = [-3/4, 3/4], dQ = 3/8 ln 3."""
    query, value = heads([2.0, 0.0, 0.0, 0.0]), heads([0.0], [4.0])
    key = heads([0.0] * 4, [math.log(3), 0.0, 0.0, 0.0])
    _, gradients = learner.AttentionFunction.apply.gradients(query, key, value, cotangent=heads([1.0]))
    expect_close("gradient of key", gradients[1], heads([-0.75, 0.0, 0.0, 0.0], [0.75, 0.0, 0.0, 0.0]))
    expect_close("gradient of query", gradients[0], heads([0.375 * math.log(3), 0.0, 0.0, 0.0]))


@attention_function.check
def what_is_hidden_learns_nothing(learner, draw):
    """Where the mask hides the second key, the output is the first value, 5, which gets the whole dO = 8."""
    query, key, value = heads([2.0]), heads([0.0], [1.0]), heads([5.0], [4.0])
    mask = torch.tensor([[True, False]])
    output, gradients = learner.AttentionFunction.apply.gradients(
        query, key, value, mask, cotangent=heads([8.0])
    )
    expect_close("output", output, heads([5.0]))
    expect_close("gradient of value", gradients[2], heads([8.0], [0.0]))


key_value_cache = Exercise(
    "06.4",
    "cuda.attention.KeyValueCache",
    title="One token at a time",
    minutes=15,
    level="medium",
    hints=(
        "A new token needs the keys and values of all earlier tokens, but not their queries. Keep what was "
        "appended, join the new rows behind it, and attend with the new queries only.",
        "After an append there are kv_len keys. Query r of new_len is token kv_len - new_len + r and sees "
        "the keys j <= kv_len - new_len + r.",
        "append: 1. If something is kept, join kept and new with torch.cat, along the axis of tokens, keys "
        "and values alike. 2. Keep and return both. attend: 3. Append what is new. 4. A bool mask of ones "
        "on the device of `query`; .tril takes the number of diagonals to keep above the first. 5. Your "
        "attention with that mask.",
    ),
    builds_on=("06.1",),
    banned=("fused", "numpy"),
)


@key_value_cache.check
def appends_behind(learner, draw):
    """After the keys 1 and then 2, 3 the cache holds 1, 2, 3, in this order."""
    cache = learner.KeyValueCache()
    cache.append(heads([1.0]), heads([10.0]))
    keys, values = cache.append(heads([2.0], [3.0]), heads([20.0], [30.0]))
    expect_close("keys", keys, heads([1.0], [2.0], [3.0]))
    expect_close("values", values, heads([10.0], [20.0], [30.0]))


@key_value_cache.check
def the_mean_so_far(learner, draw):
    """With equal keys each token gets the mean of the values so far: of 6, 2, 1 these are 6, 4, 3."""
    cache = learner.KeyValueCache()
    for value, mean in ((6.0, 6.0), (2.0, 4.0), (1.0, 3.0)):
        expect_close("output", cache.attend(heads([1.0]), heads([1.0]), heads([value])), heads([mean]))


@key_value_cache.check
def two_tokens_at_once(learner, draw):
    """After the value 6, the values 2 and 1 come together: the outputs are the means 4 and 3."""
    cache = learner.KeyValueCache()
    cache.attend(heads([1.0]), heads([1.0]), heads([6.0]))
    output = cache.attend(heads([1.0], [1.0]), heads([1.0], [1.0]), heads([2.0], [1.0]))
    expect_close("output", output, heads([4.0], [3.0]))


expose_grouped_attention = Exercise(
    "06.5",
    "puzzles.expose_grouped_attention",
    title="Spot the bug: shared heads",
    minutes=8,
    level="medium",
    hints=(
        "The suspect hands the key heads out in turn. With which numbers of heads does nobody notice?",
        "Right: query head h reads key head h // (n_heads / n_key_heads). The suspect: h % n_key_heads. For "
        "which smallest n_heads and n_key_heads do the two differ at some h?",
        "1. One key head: both read head 0. As many key heads as query heads: both read their own. What is "
        "the smallest case between? 2. With one key in each head its weight is 1. 3. So give the value heads "
        "different numbers.",
    ),
)


def exposing_heads(learner):
    parts = expect_parts("query, key, value", learner.expose_grouped_attention(), 3)
    query = expect_array("query", parts[0], "n_heads q_len d_head")
    key = expect_array("key", parts[1], "n_key_heads kv_len d_head")
    value = expect_array("value", parts[2], "n_key_heads kv_len d_head")
    fits = key.shape == value.shape and query.shape[2] == key.shape[2] and len(query) % len(key) == 0
    expect(fits, "query, key, value: expected shapes that fit each other, got others.")
    return query, key, value


@expose_grouped_attention.check
def copies_for_every_head_change_the_answer(learner, draw):
    """With a copy of the right key and value head for every query head, the suspect must answer otherwise."""
    query, key, value = exposing_heads(learner)
    copies = [np.repeat(each, len(query) // len(key), axis=0) for each in (key, value)]
    right = learner.suspect_grouped_attention(query, *copies)
    wrong = learner.suspect_grouped_attention(query, key, value)
    expect_exposed("query, key, value", right=right, wrong=wrong)


@expose_grouped_attention.check
def with_eight_numbers(learner, draw):
    """Eight numbers are enough for query, key and value together."""
    expect_fewest("numbers", sum(each.size for each in exposing_heads(learner)), 8)
