"""Lesson 07: the exercises and their public checks."""

import numpy as np

from autograde.compare import expect, expect_close, expect_equal
from autograde.exercise import Exercise
from autograde.expose import expect_array, expect_exposed, expect_fewest, expect_parts

attention_shapes = Exercise(
    "07.1",
    "shapes.attention_shapes",
    title="The shapes inside",
    minutes=8,
    hints=(
        "There is one query vector for each query, one key and one value vector for each key, and one score "
        "for each pair. Everything exists once per head and once per sequence of the batch.",
        "query and output have one row for each query, key and value one for each key, all of them d_head "
        "wide. scores and weights have one row for each query and one column for each key. In front of all "
        "of them stand batch and heads.",
        "1. A head has its share of d_model. 2. Write down the three shapes that occur. 3. Return a "
        "dictionary with the six names; each shape serves two of them.",
    ),
)


@attention_shapes.check
def a_hundred_tokens(learner, draw):
    """One sequence, one head, n = 100 and d_head = 64: query (1, 1, 100, 64), scores (1, 1, 100, 100)."""
    vectors, pairs = (1, 1, 100, 64), (1, 1, 100, 100)
    expected = dict.fromkeys(("query", "key", "value"), vectors) | dict.fromkeys(("scores", "weights"), pairs)
    expect_equal("shapes", learner.attention_shapes(1, 1, 100, 100, 64), expected | {"output": vectors})


@attention_shapes.check
def two_sentences_three_heads(learner, draw):
    """Two sequences, 3 heads, 4 queries, 5 keys, d_model = 6: keys (2, 3, 5, 2), weights (2, 3, 4, 5)."""
    found = learner.attention_shapes(2, 3, 4, 5, 6)
    expected = {
        "query": (2, 3, 4, 2),
        "key": (2, 3, 5, 2),
        "value": (2, 3, 5, 2),
        "scores": (2, 3, 4, 5),
        "weights": (2, 3, 4, 5),
        "output": (2, 3, 4, 2),
    }
    expect_equal("shapes", found, expected)


attention_flops = Exercise(
    "07.2",
    "complexity.attention_flops",
    title="Count the arithmetic",
    minutes=8,
    hints=(
        "Each score is a dot product of d_head numbers: d_head multiplications and, counted generously, "
        "d_head additions. How many scores are there? The second product has the same size.",
        "2 q_len kv_len d_head for the scores, and 2 q_len kv_len d_head for the output, in each head.",
        "1. Operations of query times keyᵀ. 2. Operations of weights times value. 3. Their sum, times "
        "n_heads. Use whole numbers only: 2, not 2.0.",
    ),
)


@attention_flops.check
def small_enough_to_count(learner, draw):
    """Two queries, three keys, d_head = 4: 6 scores of 8 operations, twice, is 96."""
    expect_equal("operations", learner.attention_flops(2, 3, 4), 96)


@attention_flops.check
def twelve_heads_at_512(learner, draw):
    """512 tokens, d_head = 32, 12 heads: 402,653,184 operations, a fraction of a second."""
    expect_equal("operations", learner.attention_flops(512, 512, 32, n_heads=12), 402_653_184)


attention_bytes = Exercise(
    "07.3",
    "complexity.attention_bytes",
    title="What fits in memory",
    minutes=15,
    level="medium",
    also=("max_seq_len",),
    hints=(
        "Four of the six arrays have one row of d_head numbers for each token; two have one number for each "
        "pair. The two are what fills the memory when n grows.",
        "bytes = itemsize n_heads (2 (q_len + kv_len) d_head + 2 q_len kv_len). For n tokens: "
        "n² + 2 n d_head <= memory_bytes / (2 itemsize n_heads).",
        "attention_bytes: count the numbers, multiply by n_heads and itemsize. max_seq_len: divide what "
        "stands on the right of the inequality first, rounded down, and call it room; then (n + d_head)² "
        "<= room + d_head². math.isqrt takes the whole root. Or search: double n until it does not fit, "
        "then halve the gap.",
    ),
)


@attention_bytes.check
def small_enough_to_draw(learner, draw):
    """Two queries, three keys, d_head = 4: 40 numbers in vectors, 12 in pairs, 52 * 4 = 208 bytes."""
    expect_equal("bytes", learner.attention_bytes(2, 3, 4), 208)


@attention_bytes.check
def half_precision_in_two_heads(learner, draw):
    """Two queries, three keys, d_head = 4, two heads of 2-byte numbers: 52 * 2 * 2 = 208 bytes again."""
    expect_equal("bytes", learner.attention_bytes(2, 3, 4, n_heads=2, itemsize=2), 208)


@attention_bytes.check
def one_byte_too_little(learner, draw):
    """Three tokens with d_head = 1 need 120 bytes: in 119 only two fit. One needs 24: in 23 none fits."""
    expect_equal("tokens", learner.max_seq_len(120, 1), 3)
    expect_equal("tokens", learner.max_seq_len(119, 1), 2)
    expect_equal("tokens", learner.max_seq_len(23, 1), 0)


@attention_bytes.check
def two_heads_share_the_memory(learner, draw):
    """In two heads three tokens with d_head = 1 need 240 bytes, and 120 if a number has 2 bytes."""
    expect_equal("tokens", learner.max_seq_len(240, 1, n_heads=2), 3)
    expect_equal("tokens", learner.max_seq_len(120, 1, n_heads=2, itemsize=2), 3)


growth_exponent = Exercise(
    "07.4",
    "complexity.growth_exponent",
    title="Fit the exponent",
    minutes=12,
    level="medium",
    hints=(
        "If cost = c n^p, then log cost = p log n + log c: on logarithmic axes a power is a straight line, "
        "and its slope is the exponent. A fit through all points forgives a little noise in each.",
        "p = Σ (x - mean x)(y - mean y) / Σ (x - mean x)², with x = log lengths and y = log costs.",
        "1. Make arrays of floats from both arguments and take np.log. 2. Subtract from each its mean. "
        "3. Divide the sum of the products by the sum of the squares of x. 4. Return a float.",
    ),
)


@growth_exponent.check
def four_times_the_work(learner, draw):
    """Lengths 10, 20, 60 and costs 3, 12, 108: 2 times the tokens, 4 times the work; 3 times, 9 times."""
    expect_close("exponent", learner.growth_exponent([10, 20, 60], [3, 12, 108]), 2.0)


@growth_exponent.check
def all_points_count(learner, draw):
    """Lengths 1, 2, 8, costs 1, 64, 16: exponent 1, and 4 / 3 without the middle point."""
    expect_close("exponent", learner.growth_exponent([1, 2, 8], [1, 64, 16]), 1.0)
    expect_close("exponent", learner.growth_exponent([1, 8], [1, 16]), 4 / 3)


@growth_exponent.check
def constant_cost(learner, draw):
    """A cost that stays the same has exponent 0."""
    found = learner.growth_exponent(np.array([5.0, 50.0, 500.0]), np.array([7.0, 7.0, 7.0]))
    expect_close("exponent", found, 0.0, atol=1e-12)


layer_costs = Exercise(
    "07.5",
    "complexity.layer_costs",
    title="Three kinds of layer",
    minutes=12,
    level="medium",
    hints=(
        "Self-attention looks at every pair and costs d for each. A recurrent layer multiplies a (d, d) "
        "matrix once for each token, one after another. A convolution does so for each token and each place "
        "of its kernel, all at once.",
        "Attention: n² d, 1, 1. Recurrent: n d², n, n. Convolutional: k n d², 1, and the smallest L with "
        "k^L >= n.",
        "1. An if for each kind. 2. For L start at 1 and add 1 while kernel_size ** L is less than "
        "seq_len; a logarithm of floats goes wrong at some powers. 3. Return a dictionary of whole numbers.",
    ),
)


@layer_costs.check
def attention_over_ten_tokens(learner, draw):
    """Self-attention, 10 tokens, d_model = 4: work 400, 1 step, path 1."""
    found = learner.layer_costs("self_attention", 10, 4)
    expect_equal("costs", found, {"work": 400, "sequential_steps": 1, "longest_path": 1})


@layer_costs.check
def recurrence_over_ten_tokens(learner, draw):
    """Recurrent, 10 tokens, d_model = 4: work 160, 10 steps, path 10."""
    found = learner.layer_costs("recurrent", 10, 4)
    expect_equal("costs", found, {"work": 160, "sequential_steps": 10, "longest_path": 10})


@layer_costs.check
def convolution_over_ten_tokens(learner, draw):
    """Convolutional, 10 tokens, d_model = 4, kernel 3: work 480, 1 step, path 3; with 9 tokens path 2."""
    found = learner.layer_costs("convolutional", 10, 4, 3)
    expect_equal("costs", found, {"work": 480, "sequential_steps": 1, "longest_path": 3})
    found = learner.layer_costs("convolutional", 9, 4, 3)
    expect_equal("costs", found, {"work": 432, "sequential_steps": 1, "longest_path": 2})


expose_growth_exponent = Exercise(
    "07.7",
    "puzzles.expose_growth_exponent",
    title="Spot the bug: an exponent",
    minutes=8,
    level="medium",
    hints=(
        "The suspect uses two points and ignores what lies between. With two points it is right.",
        "How much a point in between pulls at the slope: (x - mean of x) times its distance from the line. "
        "When is the first factor 0?",
        "1. Take three points, the middle one off the line through the others. 2. With the lengths 1, 2, 4 "
        "its logarithm is the mean, and it pulls at nothing. 3. So choose other lengths.",
    ),
)


def exposing_points(learner):
    lengths, costs = expect_parts("lengths, costs", learner.expose_growth_exponent(), 2)
    lengths, costs = expect_array("lengths", lengths, "n_points"), expect_array("costs", costs, "n_points")
    expect(len(lengths) == len(costs) > 1, "costs: expected two or more, as many as lengths, got others.")
    expect(min(*lengths, *costs) > 0, "lengths, costs: expected positive numbers, got 0 or less.")
    expect(len(set(lengths.tolist())) == len(lengths), "lengths: expected no length twice, got one twice.")
    return lengths, costs


@expose_growth_exponent.check
def the_points_between_pull_at_the_line(learner, draw):
    """Your points must lie so that a line with the suspect's slope does not fit best."""
    lengths, costs = exposing_points(learner)
    slope = learner.suspect_growth_exponent(lengths, costs)
    x, y = np.log(lengths), np.log(costs)
    pull = (x - x.mean()) @ (y - slope * x) / ((x - x.mean()) ** 2).sum()
    expect_exposed("lengths, costs", right=slope + pull, wrong=slope)


@expose_growth_exponent.check
def with_three_points(learner, draw):
    """Three points are enough."""
    expect_fewest("points", len(exposing_points(learner)[0]), 3)
