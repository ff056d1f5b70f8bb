"""Lesson 10: the exercises and their public checks."""

import math

import numpy as np
import torch

from autograde.compare import expect, expect_close, expect_dtype
from autograde.exercise import Exercise
from autograde.expose import expect_exposed, expect_fewest, expect_parts, expect_whole


def between_guards(ask, *inputs, **options):
    """Return the answer; there is room round every tensor, so a store without a mask harms nobody."""
    seen = ask.observed("guarded", *inputs, **options)
    expect(seen["overwritten"] == 0, "the kernel writes beside its tensors. Which store lacks a mask?")
    expect(seen["read_beside"] == 0, "the kernel reads beside its tensors. Which load lacks a mask?")
    first = seen["value"][0] if isinstance(seen["value"], tuple) else seen["value"]
    message = "output: NaN, as lies beside every tensor and in every new one. Which load lacks a mask? Or"
    expect(not bool(first.isnan().any()), f"{message} which numbers are never written?")
    return seen["value"]


copy = Exercise(
    "10.1",
    "cuda.kernels.copy",
    title="A copy",
    minutes=10,
    hints=(
        "A program knows its number. Which numbers of the row are its block, and which of them exist?",
        "Program p has the places p · BLOCK to p · BLOCK + BLOCK - 1. Those below `length` exist.",
        "1. The places are the first of them plus 0, 1, ..., BLOCK - 1. 2. Load from the pointer plus these "
        "places, under a mask. 3. Store to the other pointer, under the same mask. The launch has as many "
        "programs as there are blocks, the last one counted whole: triton.cdiv.",
    ),
)


@copy.check
def three_numbers(learner, draw):
    """A copy of 3, 1, 4 is 3, 1, 4, and nothing is written behind it."""
    numbers = torch.tensor([3.0, 1.0, 4.0])
    expect_close("copy", between_guards(learner.copy, numbers), numbers)


@copy.check
def a_second_block(learner, draw):
    """A copy of 0 to 199 takes two programs, and the second has only 72 numbers."""
    numbers = torch.arange(200.0)
    expect_close("copy", between_guards(learner.copy, numbers), numbers)


row_softmax = Exercise(
    "10.2",
    "cuda.kernels.row_softmax",
    title="A masked row",
    minutes=15,
    level="medium",
    hints=(
        "A row lies somewhere in one long line of numbers. And the tile is wider than the row: what has to "
        "stand in the empty places, so that neither the maximum nor the sum sees them?",
        "Row r begins at r · n_columns. The empty places hold -inf, as masked scores do: its exponential is "
        "0.",
        "1. The places of this row's numbers. 2. Load them with a mask and `other`. 3. Subtract the row's "
        "maximum before the exponential. 4. Divide by the sum while you store, under the mask. A row has "
        "one axis inside the kernel: it is number 0.",
    ),
)


@row_softmax.check
def two_rows_by_hand(learner, draw):
    """Rows of 0, ln 2, ln 5 and of 7, 7, 7 become 1/8, 2/8, 5/8 and three times 1/3."""
    scores = torch.tensor([[0.0, math.log(2), math.log(5)], [7.0, 7.0, 7.0]])
    wanted = torch.tensor([[0.125, 0.25, 0.625], [1 / 3, 1 / 3, 1 / 3]])
    expect_close("weights", between_guards(learner.row_softmax, scores), wanted)


@row_softmax.check
def rows_of_large_scores(learner, draw):
    """A row of 1000 and 1000 + ln 3 becomes 1/4 and 3/4; so does one that is 2000 lower."""
    scores = torch.tensor([[1000.0, 1000 + math.log(3)], [-1000.0, math.log(3) - 1000]])
    wanted = torch.tensor([[0.25, 0.75], [0.25, 0.75]])
    expect_close("weights", between_guards(learner.row_softmax, scores), wanted, rtol=1e-3)


matmul = Exercise(
    "10.3",
    "cuda.kernels.matmul",
    title="A product of tiles",
    minutes=20,
    level="medium",
    hints=(
        "A tile of the product needs all of its rows of `a` and all of its columns of `b`. They do not fit "
        "on the chip at once, but a sum can be taken piece by piece.",
        "tile = Σ over the blocks of the inner axis of (TILE rows of a, one block) times (the same block of "
        "b, TILE columns).",
        "1. Begin with a tile of zeros in float32. 2. For each first place of a block of the inner axis: its "
        "places, with tl.arange. 3. Load one tile of `a` and one of `b` with load_tile. 4. Add their "
        'product, with input_precision="ieee". The launch is a pair: tiles down, tiles across.',
    ),
)


@matmul.check
def a_product_by_hand(learner, draw):
    """[1, 2] and [3, 4] times [10, 0] and [0, 1] is [10, 2] and [30, 4]."""
    a, b = torch.tensor([[1.0, 2.0], [3.0, 4.0]]), torch.tensor([[10.0, 0.0], [0.0, 1.0]])
    wanted = torch.tensor([[10.0, 2.0], [30.0, 4.0]])
    expect_close("product", between_guards(learner.matmul, a, b), wanted)


@matmul.check
def two_blocks_inside(learner, draw):
    """A row of 40 ones times the column 0 to 39 is 780: two blocks and a half along the inner axis."""
    a, b = torch.ones(1, 40), torch.arange(40.0).reshape(40, 1)
    expect_close("product", between_guards(learner.matmul, a, b), torch.tensor([[780.0]]))


@matmul.check
def a_grid_of_tiles(learner, draw):
    """Rows 0 to 19 times columns 0 to 33, as numbers: entry [i, j] is i · j."""
    a, b = torch.arange(20.0).reshape(20, 1), torch.arange(34.0).reshape(1, 34)
    expect_close("product", between_guards(learner.matmul, a, b), a * b)


row_lse = Exercise(
    "10.4",
    "cuda.kernels.row_lse",
    title="A running maximum",
    minutes=20,
    level="medium",
    hints=(
        "It is 08.3 for 16 rows at a time. What sticks out of the last block was loaded as 0, which is a "
        "score like any other: hide it first.",
        "Two numbers a row: the largest so far, and the sum of the exponentials counted from it. What "
        "happens to the sum when the largest moves is in 08.3.",
        "1. tl.where puts -inf where the column does not exist. 2. The new largest of each row, over axis "
        "1. 3. The exponentials of the block, counted from it. 4. The old sum times its factor, plus the "
        "sum of the block. 5. Keep the new largest. 6. After the loop store largest + logarithm of the sum, "
        "under a mask over the rows.",
    ),
)


@row_lse.check
def one_block_by_hand(learner, draw):
    """The lse of 0, ln 2, ln 5 is ln 8; that of three times -1000 is ln 3 - 1000."""
    scores = torch.tensor([[0.0, math.log(2), math.log(5)], [-1000.0] * 3])
    wanted = torch.tensor([math.log(8), math.log(3) - 1000])
    expect_close("lse", between_guards(learner.row_lse, scores), wanted)


@row_lse.check
def the_maximum_moves(learner, draw):
    """Of 200 scores the last is 1000 and the others are 0: the lse is 1000. Turned round it is the same."""
    scores = torch.zeros(2, 200)
    scores[0, -1] = scores[1, 0] = 1000.0
    expect_close("lse", between_guards(learner.row_lse, scores), torch.tensor([1000.0, 1000.0]))


@row_lse.check
def two_blocks_of_equal_scores(learner, draw):
    """The lse of 200 equal scores of 3 is 3 + ln 200, for each of 20 rows."""
    wanted = torch.full((20,), 3 + math.log(200))
    expect_close("lse", between_guards(learner.row_lse, torch.full((20, 200), 3.0)), wanted)


def slices(*rows):
    """Return rows of numbers, filled up to 16 features, as (1, 1, len(rows), 16)."""
    return torch.tensor([[[[*row, *[0.0] * (16 - len(row))] for row in rows]]])


flash_attention = Exercise(
    "10.5",
    "cuda.kernels.flash_attention",
    title="Attention in one kernel",
    minutes=30,
    level="hard",
    hints=(
        "It is chunked_attention for BLOCK_Q queries at a time, in Triton's words. Keys and values of one "
        "block have been loaded; `seen` says which pairs exist and may be looked at.",
        "Scores of a tile: the queries times the keys transposed, times `scale`. Hidden ones are -inf. "
        "From there on it is 08.4: new maximum, one factor, exponentials, total, weighted.",
        "1. tl.dot with input_precision='ieee', and tl.trans. 2. tl.where. 3. tl.maximum of the old "
        "maximum and that of the tile over axis 1. 4. The factor and the exponentials, which need [:, "
        "None] where a tile meets a number a row. 5. The total: rescale, then add. 6. The weighted sum "
        "alike, by a second tl.dot in the type of the values. 7. Keep the new maximum. The launch is a "
        "pair: tiles of queries, then slices; behind the tensors come `sizes`, and num_warps=8.",
    ),
    banned=("fused", "numpy"),
)


@flash_attention.check
def three_keys_by_hand(learner, draw):
    """Scores 0, ln 2, ln 5 and values 8, 8, 16: the output is 13 and lse is ln 8."""
    query = slices([4.0])  # 4 = √d_head takes the scale away
    key = slices([0.0], [math.log(2)], [math.log(5)])
    output, lse = between_guards(learner.flash_attention, query, key, slices([8.0], [8.0], [16.0]))
    expect_close("output", output[..., 0], torch.tensor([[[13.0]]]))
    expect_close("lse", lse, torch.tensor([[[math.log(8)]]]))


@flash_attention.check
def the_kernel_looks_back_only(learner, draw):
    """With is_causal and equal keys, of the values 6, 2, 1 come the means so far: 6, 4, 3."""
    same = slices([0.0], [0.0], [0.0])
    output, _ = between_guards(
        learner.flash_attention, same, same, slices([6.0], [2.0], [1.0]), is_causal=True
    )
    expect_close("output", output[..., 0], torch.tensor([[[6.0, 4.0, 3.0]]]))


@flash_attention.check
def more_than_one_block(learner, draw):
    """A hundred equal keys with the values 0 to 99: every output is 49.5, in float16 too."""
    same = torch.zeros(1, 1, 100, 16)
    value = torch.arange(100.0).reshape(1, 1, 100, 1).expand(1, 1, 100, 16).contiguous()
    output, lse = between_guards(learner.flash_attention, same, same, value)
    expect_close("output", output, torch.full((1, 1, 100, 16), 49.5))
    expect_close("lse", lse, torch.full((1, 1, 100), math.log(100)))
    output, _ = between_guards(learner.flash_attention, same.half(), same.half(), value.half())
    expect_dtype("output", output, torch.float16)


@flash_attention.check
def the_kernel_does_the_work(learner, draw):
    """Torch makes room and launches. Where the launches are left out, nothing may be right."""
    query, key, value = (draw.tensor(1, 1, 24, 16) for _ in range(3))
    seen = learner.flash_attention.observed("guarded", query, key, value, options={"launch": False})
    wanted = (query @ key.mT / 4).softmax(-1) @ value  # 4 = √d_head
    message = "output: right without the kernel, so torch computes it. That belongs into attention_kernel."
    expect(not bool(torch.isclose(seen["value"][0], wanted, rtol=1e-3).any()), message)


backward = Exercise(
    "10.6",
    "cuda.kernels.FlashAttention",
    title="Backward by recomputation",
    minutes=25,
    level="hard",
    hints=(
        "The weights were never stored, but lse was, and with it any block of them is one exponential away."
        " Walk over the keys in blocks; each block gives its own rows of dK and dV, and adds to dQ.",
        "W = exp(Q K_bᵀ / √d - lse), and D = rowsum(dO ∘ O) in place of rowsum(dW ∘ W). With these two the "
        "formulas of 06.3 hold for each block.",
        "forward: 1. Run your kernel. 2. Save five tensors with ctx.save_for_backward, and the flag in ctx "
        "itself. backward: 3. D keeps its last axis, with size 1. 4. For each block its weights, which are "
        "finished by lse; what is later is hidden for you. 5. dS of the block. 6. The block's own rows of "
        "dV and dK are written, its share of dQ is added.",
    ),
    builds_on=("10.5",),
    banned=("fused", "autograd", "numpy"),
)


@backward.check
def gradients_of_the_values(learner, draw):
    """Scores 0, ln 2, ln 5 and dO = 8: the gradients of the three values are 1, 2 and 5."""
    query, key = slices([4.0]), slices([0.0], [math.log(2)], [math.log(5)])
    value, cotangent = slices([8.0], [8.0], [16.0]), slices([8.0])
    _, gradients = learner.FlashAttention.apply.gradients(query, key, value, cotangent=cotangent)
    expect_close("gradient of value", gradients[2][..., 0], torch.tensor([[[1.0, 2.0, 5.0]]]))


@backward.check
def gradients_of_the_keys(learner, draw):
    """With dO = 8: dW = 64, 64, 128, their mean 104, dS = -5, -10, 15, and dK is the same here."""
    query, key = slices([4.0]), slices([0.0], [math.log(2)], [math.log(5)])
    value, cotangent = slices([8.0], [8.0], [16.0]), slices([8.0])
    _, gradients = learner.FlashAttention.apply.gradients(query, key, value, cotangent=cotangent)
    expect_close("gradient of key", gradients[1][..., 0], torch.tensor([[[-5.0, -10.0, 15.0]]]), rtol=1e-4)


@backward.check
def nothing_from_the_future(learner, draw):
    """With is_causal, a gradient at the first of a hundred outputs must not reach a later key or value."""
    inputs, cotangent = [draw.tensor(1, 1, 100, 16) for _ in range(3)], torch.zeros(1, 1, 100, 16)
    cotangent[:, :, 0] = 1.0
    _, gradients = learner.FlashAttention.apply.gradients(*inputs, True, cotangent=cotangent)
    for name, gradient in zip(("query", "key", "value"), gradients, strict=True):
        expect(gradient is not None, f"gradient of {name}: it is missing.")
        expect_close(f"gradient of {name} from 1 on", gradient[0, 0, 1:], torch.zeros(99, 16))


@backward.check
def two_halves_of_the_keys(learner, draw):
    """Of 128 keys, like their values, the first half is 1 and the second -1. A query of 0 gives all of them
    the weight 1/128, and with dO = 4 its gradient is 128 · 1/128 = 1."""
    halves = torch.zeros(1, 1, 128, 16)
    halves[..., 0] = torch.tensor([1.0, -1.0]).repeat_interleave(64)
    inputs = slices([0.0]), halves, halves
    _, gradients = learner.FlashAttention.apply.gradients(*inputs, cotangent=slices([4.0]))
    expect_close("gradient of query", gradients[0], slices([1.0]), rtol=1e-4)


expose_matmul = Exercise(
    "10.7",
    "puzzles.expose_matmul",
    title="Spot the bug: a product of tiles",
    minutes=8,
    level="medium",
    hints=(
        "Three lengths, and each is cut into tiles. Which of them does each loop walk along, and which one "
        "should it walk along?",
        "The sums stop where the columns of the product end, rounded up to whole tiles. So they have to be "
        "longer than that.",
        "1. One row and one column are enough for the product. 2. Its sums then get one tile: how long must "
        "they be to need a second one?",
    ),
)


def exposing_matrices(learner):
    names = ("n_rows", "n_inner", "n_columns")
    parts = expect_parts("n_rows, n_inner, n_columns", learner.expose_matmul(), 3)
    sizes = [expect_whole(name, part) for name, part in zip(names, parts, strict=True)]
    return np.ones(sizes[:2]), np.ones(sizes[1:])


@expose_matmul.check
def the_sums_are_cut_short(learner, draw):
    """For two matrices of ones of your sizes, the suspect's product must not be a @ b."""
    a, b = exposing_matrices(learner)
    expect_exposed("n_rows, n_inner, n_columns", right=a @ b, wrong=learner.suspect_matmul(a, b))


@expose_matmul.check
def with_thirty_four_numbers(learner, draw):
    """34 numbers are enough for both matrices together."""
    expect_fewest("numbers", sum(each.size for each in exposing_matrices(learner)), 34)
