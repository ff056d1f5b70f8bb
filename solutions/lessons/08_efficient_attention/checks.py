"""Lesson 08: the exercises and their public checks."""

import math

import numpy as np
import torch

from autograde.compare import expect, expect_close, expect_dtype
from autograde.exercise import Exercise
from autograde.expose import expect_array, expect_exposed, expect_fewest, expect_parts

FUSED = (
    "torch.nn.functional.scaled_dot_product_attention",
    "torch.nn.functional.multi_head_attention_forward",
    "torch.nn.MultiheadAttention",
    "torch.nn.attention.flex_attention",
    "torch._higher_order_ops.flex_attention",
    "torch.ops.aten.*attention*",
    "torch.ops.aten._transformer_encoder_layer_fwd",
    "numpy",
)
AUTOGRAD = (
    *("torch.autograd.grad", "torch.autograd.backward", "torch.Tensor.backward", "torch.autograd.forward_ad"),
    *("torch.func.grad", "torch.func.vjp", "torch.func.jvp", "torch.func.jacrev", "torch.func.jacfwd"),
)

local_mask = Exercise(
    "08.1",
    "cpu.efficient.local_mask",
    title="Two sparse masks",
    minutes=8,
    hints=(
        "Number the positions. The distance of every pair is one subtraction with broadcasting.",
        "local: |i - j| <= window. dilated: the same, and (i - j) mod dilation = 0.",
        "1. position = np.arange(seq_len). 2. position[:, None] - position is the table of i - j. 3. "
        "Compare its absolute value with the window. 4. For dilated_mask: & with the table's remainder == "
        "0.",
    ),
    also=("dilated_mask",),
)


@local_mask.check
def four_positions(learner, draw):
    """Four positions and a window of 1: each sees itself and its neighbours."""
    mask = np.array([[1, 1, 0, 0], [1, 1, 1, 0], [0, 1, 1, 1], [0, 0, 1, 1]], dtype=bool)
    expect_close("mask", learner.local_mask(4, 1), mask)


@local_mask.check
def every_second_position(learner, draw):
    """Five positions, a window of 3 and a dilation of 2: the distances 0 and 2 are left."""
    mask = np.array(
        [[1, 0, 1, 0, 0], [0, 1, 0, 1, 0], [1, 0, 1, 0, 1], [0, 1, 0, 1, 0], [0, 0, 1, 0, 1]], dtype=bool
    )
    expect_close("mask", learner.dilated_mask(5, 3, 2), mask)


sliding_window_attention = Exercise(
    "08.2",
    "cpu.efficient.sliding_window_attention",
    title="A window without a matrix",
    minutes=25,
    level="hard",
    hints=(
        "Do not compute what the mask would throw away. For each position collect the keys that it may see,"
        " a table of positions, and score only those.",
        "neighbours[i, s] = i + step[s], where the steps are the multiples of the dilation between -window "
        "and window. score[i, s] = q_i · k_neighbours[i, s] / √d_head. A neighbour outside the sequence "
        "gets -inf.",
        "1. reach = min(window, seq_len - 1) // dilation; steps = np.arange(-reach, reach + 1) * dilation. "
        "2. neighbours = np.arange(seq_len)[:, None] + steps. 3. inside = (neighbours >= 0) & (neighbours <"
        " seq_len); clip the neighbours. 4. key[..., neighbours, :] is (..., seq_len, n_steps, d_head): "
        "einsum '...id,...ijd->...ij'. 5. -inf where not inside, softmax, einsum '...ij,...ijd->...id' with"
        " value[..., neighbours, :].",
    ),
    builds_on=("03.1",),
)


@sliding_window_attention.check
def means_of_neighbours(learner, draw):
    """With equal keys and a window of 1 each output is the mean of its neighbours: of 0, 3, 6, 9 these are
    1.5, 3, 6, 7.5."""
    same, value = np.zeros((4, 2)), np.array([[0.0], [3.0], [6.0], [9.0]])
    output = learner.sliding_window_attention(same, same, value, 1)
    expect_close("output", output, np.array([[1.5], [3.0], [6.0], [7.5]]))


@sliding_window_attention.check
def means_over_a_gap(learner, draw):
    """With equal keys, a window of 2 and a dilation of 2, the values 0, 3, 6, 9, 12 become 3, 6, 6, 6, 9."""
    same, value = np.zeros((5, 2)), np.array([[0.0], [3.0], [6.0], [9.0], [12.0]])
    output = learner.sliding_window_attention(same, same, value, 2, dilation=2)
    expect_close("output", output, np.array([[3.0], [6.0], [6.0], [6.0], [9.0]]))


@sliding_window_attention.check
def scores_of_neighbours(learner, draw):
    """The scores are 0, ln 2, 0 for every query, so the second of the values 3, 9, 6 counts twice: with a
    window of 1 the outputs are 7, 6.75, 8."""
    query, key = np.zeros((3, 4)), np.zeros((3, 4))
    query[:, 0], key[1, 0] = 2.0, np.log(2.0)  # 2 = √d_head takes the scale away
    output = learner.sliding_window_attention(query, key, np.array([[3.0], [9.0], [6.0]]), 1)
    expect_close("output", output, np.array([[7.0], [6.75], [8.0]]))


@sliding_window_attention.check
def twenty_thousand_positions(learner, draw):
    """20,000 positions and a window of 1: the matrix would take 3.2 GB, the answer is there at once."""
    zeros, ones = np.zeros((20_000, 1)), np.ones((20_000, 1))
    output = learner.sliding_window_attention.limited(zeros, zeros, ones, 1, timeout_s=10.0)
    expect_close("output", output, ones)


online_softmax = Exercise(
    "08.3",
    "cpu.efficient.online_softmax",
    title="A softmax in one pass",
    minutes=15,
    level="medium",
    hints=(
        "Keep two numbers a row: the largest score so far, and the sum of exp(score - largest) so far. When"
        " the largest moves, the old sum was counted from the wrong place: one factor puts it right.",
        "m' = max(m, max of the block);  l' = l · exp(m - m') + Σ exp(s - m').  Start with m = -inf and l ="
        " 0.",
        "1. For each block: new = np.maximum(maximum, block.max(axis=-1)). 2. shift = np.where(new == -inf,"
        " 0, new), because -inf minus -inf is NaN. 3. total = total * np.exp(maximum - shift) + "
        "np.exp(block - shift[..., None]).sum(axis=-1). 4. maximum = new. 5. Return both.",
    ),
)


@online_softmax.check
def two_blocks_by_hand(learner, draw):
    """A row of 0, ln 2 and then ln 4 has the maximum ln 4 and the total 1/4 + 2/4 + 1 = 1.75; a row of
    -ln 2, -ln 4 and then -ln 8 has the maximum -ln 2 and the total 1 + 1/2 + 1/4, which is the same."""
    blocks = [np.log([[1.0, 2.0], [0.5, 0.25]]), np.log([[4.0], [0.125]])]
    maximum, total = learner.online_softmax(blocks)
    expect_close("maximum", maximum, np.log([4.0, 0.5]))
    expect_close("total", total, np.array([1.75, 1.75]))


@online_softmax.check
def a_block_of_nothing(learner, draw):
    """A first block of -inf only, then [0, 0]: the maximum is 0 and the total 2."""
    maximum, total = learner.online_softmax([np.full((1, 3), -np.inf), np.zeros((1, 2))])
    expect_close("maximum", maximum, np.array([0.0]))
    expect_close("total", total, np.array([2.0]))


chunked_attention = Exercise(
    "08.4",
    "cpu.efficient.chunked_attention",
    title="Attention in blocks",
    minutes=25,
    level="hard",
    hints=(
        "It is the online softmax with a third quantity: the weighted sum of the values so far. It was "
        "weighted with exponentials that were counted from the old maximum, so it needs the same factor as "
        "the total.",
        "m' = max(m, max of the block);  c = exp(m - m');  p = exp(s - m');  l' = c l + Σ p;  o' = c o + p "
        "V_block.  At the end: output = o / l, lse = m + ln l.",
        "1. maximum = -inf, total = 0 (..., q_len), output = 0 (..., q_len, d_value). 2. For start in "
        "range(0, kv_len, block_size): scores = scaled_scores(query, key[..., start:start + block_size, "
        ":]). 3. If is_causal: -inf where start + column > row. 4. The four updates of the formula. 5. "
        "Return output / total[..., None] and maximum + np.log(total).",
    ),
    builds_on=("02.2",),
)


@chunked_attention.check
def three_keys_in_two_blocks(learner, draw):
    """Scores 0, ln 2, ln 5 and values 8, 8, 16: the output is 13 and lse is ln 8, whatever the block size.
    A second query with scores that are 2000 lower has the same output, and an lse that is 2000 lower."""
    query, key = np.zeros((2, 4)), np.zeros((3, 4))
    query[:, 0], key[:, 0] = 2.0, np.log([1.0, 2.0, 5.0])  # 2 = √d_head takes the scale away
    query[1, 1], key[:, 1] = -4000.0, 1.0
    value = np.array([[8.0], [8.0], [16.0]])
    for block_size in (1, 2, 3):
        output, lse = learner.chunked_attention(query, key, value, block_size)
        expect_close("output", output, np.array([[13.0], [13.0]]))
        expect_close("lse of the first", lse[:1], np.log([8.0]))
        expect_close("lse of the second", lse[1:], np.log([8.0]) - 2000)


@chunked_attention.check
def the_mean_so_far(learner, draw):
    """With is_causal and equal keys, of the values 6, 2, 1 come the means so far: 6, 4, 3. Two queries get
    the first two of them."""
    same, value = np.zeros((3, 1)), np.array([[6.0], [2.0], [1.0]])
    for q_len in (3, 2):
        output, lse = learner.chunked_attention(same[:q_len], same, value, 2, is_causal=True)
        expect_close("output", output, np.array([[6.0], [4.0], [3.0]])[:q_len])
        expect_close("lse", lse, np.log([1.0, 2.0, 3.0])[:q_len])


linear_attention = Exercise(
    "08.5",
    "cpu.efficient.linear_attention",
    title="Attention that is a recurrence",
    minutes=25,
    level="hard",
    hints=(
        "Without the exponential, φ(q_i) can be taken out of both sums. What is left inside depends on the "
        "keys and values only, and is the same for every query.",
        "S = Σ_j φ(k_j) v_jᵀ, z = Σ_j φ(k_j), output_i = φ(q_i) S / (φ(q_i) · z). Causal: S and z are "
        "running sums up to i. A step adds one term to each.",
        "1. query, key = feature_map(query), feature_map(key). 2. Not causal: S = keyᵀ @ value and z = the "
        "sum of key over the sequence; (query @ S) / (query @ z). 3. Causal: np.cumsum over axis -3 of "
        "key[..., :, None] * value[..., None, :], np.cumsum of key over axis -2, and einsum "
        "'...id,...ide->...ie'. 4. Step: add to state = (S, z), or start it; return (output, state).",
    ),
    also=("linear_attention_step",),
)


@linear_attention.check
def a_mean_by_hand(learner, draw):
    """φ(1) = 2 and φ(0) = 1: the keys 1 and 0 weigh the values 3 and 9 by 2 : 1, which gives 5."""
    query, key, value = np.array([[0.0], [4.0]]), np.array([[1.0], [0.0]]), np.array([[3.0], [9.0]])
    expect_close("output", learner.linear_attention(query, key, value), np.array([[5.0], [5.0]]))


@linear_attention.check
def four_features_by_hand(learner, draw):
    """φ of the query (3, 0, 0, 0) is (4, 1, 1, 1). The keys (1, 0, 0, 0) and (-ln 2, 0, 0, 0) weigh the
    values 0 and 16 by 8 + 3 = 11 and 2 + 3 = 5, which gives 5."""
    query, key = np.zeros((2, 4)), np.zeros((2, 4))
    query[:, 0], key[:, 0] = 3.0, (1.0, -np.log(2.0))
    output = learner.linear_attention(query, key, np.array([[0.0], [16.0]]))
    expect_close("output", output, np.array([[5.0], [5.0]]))


@linear_attention.check
def the_first_token_sees_itself(learner, draw):
    """With is_causal the first output is the first value, 3, and the second is 5 as before."""
    query, key, value = np.array([[0.0], [4.0]]), np.array([[1.0], [0.0]]), np.array([[3.0], [9.0]])
    output = learner.linear_attention(query, key, value, is_causal=True)
    expect_close("output", output, np.array([[3.0], [5.0]]))


@linear_attention.check
def two_steps(learner, draw):
    """Two steps give the same two rows, 3 and then 5."""
    one, zero = np.array([1.0]), np.array([0.0])
    output, state = learner.linear_attention_step(None, zero, one, np.array([3.0]))
    expect_close("output", output, np.array([3.0]))
    output, _ = learner.linear_attention_step(state, np.array([4.0]), zero, np.array([9.0]))
    expect_close("output", output, np.array([5.0]))


def slices(*rows):
    """Return rows of numbers, filled up to 16 features, as (1, 1, len(rows), 16)."""
    return torch.tensor([[[[*row, *[0.0] * (16 - len(row))] for row in rows]]])


flash_attention = Exercise(
    "08.6",
    "cuda.kernels.flash_attention",
    title="A GPU kernel",
    minutes=45,
    level="hard",
    hints=(
        "It is chunked_attention for BLOCK_Q queries at a time. What is new: you load tiles by their "
        "addresses, and a tile at the end of a sequence is not full, so each load and each store needs a "
        "mask.",
        "A tile of rows r and features f lies at base + r · D_HEAD + f. scores = tl.dot(q_tile, "
        "tl.trans(k_tile)) · scale, -inf where the column is >= kv_len or, if causal, > row. Then m', c, p,"
        " l', o' as in 08.4. At the end store o / l and m + tl.log(l).",
        "1. q_tile = tl.load(query + q_tile_at, mask=rows[:, None] < q_len, other=0.0). 2. maximum, total, "
        "weighted in float32 by tl.full and tl.zeros. 3. for start in range(0, kv_len, BLOCK_KV): columns ="
        " start + tl.arange(0, BLOCK_KV); load k_tile and v_tile with mask=columns[:, None] < kv_len. 4. "
        "scores with input_precision='ieee', tl.where for what is hidden. 5. The four updates; "
        "p.to(v_tile.dtype) before the second tl.dot. 6. tl.store with mask=rows[:, None] < q_len, and lse "
        "with mask=rows < q_len. The launch: block_q, block_kv = tile_sizes(query.dtype), then "
        "attention_kernel[(triton.cdiv(q_len, block_q), batch * n_heads)](..., num_warps=8).",
    ),
    banned=FUSED,
)


def between_guards(learner, *inputs, **options):
    """Return output and lse; there is room round every tensor, so a store without a mask harms nobody."""
    seen = learner.flash_attention.observed("guarded", *inputs, **options)
    expect(seen["overwritten"] == 0, "the kernel writes beside its tensors. Which store lacks a mask?")
    output, lse = seen["value"]
    message = "output: NaN, as lies beside every tensor and in every new one. Which load lacks a mask? Or"
    expect(not bool(output.isnan().any()), f"{message} which rows are never written?")
    return output, lse


@flash_attention.check
def three_keys_by_hand(learner, draw):
    """Scores 0, ln 2, ln 5 and values 8, 8, 16: the output is 13 and lse is ln 8."""
    query = slices([4.0])  # 4 = √d_head takes the scale away
    key = slices([0.0], [math.log(2)], [math.log(5)])
    output, lse = between_guards(learner, query, key, slices([8.0], [8.0], [16.0]))
    expect_close("output", output[..., 0], torch.tensor([[[13.0]]]))
    expect_close("lse", lse, torch.tensor([[[math.log(8)]]]))


@flash_attention.check
def the_kernel_looks_back_only(learner, draw):
    """With is_causal and equal keys, of the values 6, 2, 1 come the means so far: 6, 4, 3."""
    same = slices([0.0], [0.0], [0.0])
    output, _ = between_guards(learner, same, same, slices([6.0], [2.0], [1.0]), is_causal=True)
    expect_close("output", output[..., 0], torch.tensor([[[6.0, 4.0, 3.0]]]))


@flash_attention.check
def more_than_one_block(learner, draw):
    """A hundred equal keys with the values 0 to 99: every output is 49.5, in float16 too."""
    same = torch.zeros(1, 1, 100, 16)
    value = torch.arange(100.0).reshape(1, 1, 100, 1).expand(1, 1, 100, 16).contiguous()
    output, lse = between_guards(learner, same, same, value)
    expect_close("output", output, torch.full((1, 1, 100, 16), 49.5))
    expect_close("lse", lse, torch.full((1, 1, 100), math.log(100)))
    output, _ = between_guards(learner, same.half(), same.half(), value.half())
    expect_dtype("output", output, torch.float16)


@flash_attention.check
def the_kernel_does_the_work(learner, draw):
    """Torch makes room and launches; what is computed for each pair of query and key, the kernel computes."""
    work = []
    for length in (64, 128):
        inputs = [draw.tensor(1, 1, length, 16) for _ in range(3)]
        work.append(max(1, learner.flash_attention.observed("cost_torch", *inputs)["flops"]))
    message = "torch computes it: twice the length, four times its work. That belongs into attention_kernel."
    expect(work[1] < 3 * work[0], message)


backward = Exercise(
    "08.7",
    "cuda.kernels.FlashAttention",
    title="Backward by recomputation",
    minutes=30,
    level="hard",
    hints=(
        "The weights were never stored, but lse was, and with it any block of them is one exponential away."
        " Walk over the keys in blocks; each block gives its own rows of dK and dV, and adds to dQ.",
        "W = exp(Q K_bᵀ / √d - lse);  D = rowsum(dO ∘ O);  dV_b = Wᵀ dO;  dS = W ∘ (dO V_bᵀ - D) / √d;  "
        "dK_b = dSᵀ Q;  dQ += dS K_b.",
        "forward: 1. output, lse = flash_attention(...). 2. ctx.save_for_backward(query, key, value, "
        "output, lse); ctx.is_causal = is_causal. backward: 3. row_sum = (grad_output * output).sum(-1, "
        "keepdim=True). 4. For each block of keys: the weights, 0 where a causal query must not look, then "
        "the formulas. Compute in float32 and convert at the end. 5. Return three gradients and None.",
    ),
    builds_on=("08.6",),
    banned=(*FUSED, *AUTOGRAD),
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


expose_chunked_attention = Exercise(
    "08.8",
    "puzzles.expose_chunked_attention",
    title="Spot the bug: a running sum",
    minutes=8,
    level="medium",
    hints=(
        "Three things are carried along: the maximum, the total, the output. Which of them does not follow "
        "when the maximum moves?",
        "The suspect is right where the maximum never moves after the first key. So the first key must not "
        "have the largest score.",
        "1. Two keys and one query, one number each. 2. Let the second score be the larger one. 3. Give the "
        "first value a number that is not 0, so that its wrong share shows.",
    ),
)


def exposing_arrays(learner):
    parts = expect_parts("query, key, value", learner.expose_chunked_attention(), 3)
    query = expect_array("query", parts[0], "q_len d_head")
    key = expect_array("key", parts[1], "kv_len d_head")
    value = expect_array("value", parts[2], "kv_len d_value")
    fits = query.shape[1] == key.shape[1] and len(key) == len(value)
    expect(fits, "query, key, value: expected shapes that fit each other, got others.")
    return query, key, value


@expose_chunked_attention.check
def the_order_of_the_keys_matters(learner, draw):
    """With the best key first for every query, where it is right, the suspect must answer otherwise."""
    query, key, value = exposing_arrays(learner)
    right = []
    for row in query:
        order = np.argsort(-(key @ row))
        right.append(learner.suspect_chunked_attention(row[None], key[order], value[order])[0])
    wrong = learner.suspect_chunked_attention(query, key, value)
    expect_exposed("query, key, value", right=np.array(right), wrong=wrong)


@expose_chunked_attention.check
def with_five_numbers(learner, draw):
    """Five numbers are enough for query, key and value together."""
    expect_fewest("numbers", sum(each.size for each in exposing_arrays(learner)), 5)
