"""Hidden checks of lesson 05."""

import numpy as np
from reference import complexity as costs
from reference.cpu import multi_head as reference

from autograde.compare import expect_close, expect_dtype, expect_equal, expect_precise, expect_unchanged
from autograde.exercise import HiddenChecks

split_checks = HiddenChecks("05.1")


@split_checks.check(points=2, gate=True)
def each_head_has_its_own_columns(learner, draw):
    """Head h must hold the columns h * d_head to (h + 1) * d_head - 1 of every token, in order."""
    for _ in range(2):
        n_heads, seq_len, d_head = draw.sizes(3, high=7)
        x = draw.normal(seq_len, n_heads * d_head)
        expect_close("heads", learner.split_heads(x, n_heads), reference.split_heads(x, n_heads))


@split_checks.check(points=2)
def leading_axes_stay_in_front(learner, draw):
    """A batch, and a batch of batches, must keep their leading axes."""
    seq_len, n_heads, d_head, batch = draw.sizes(4)
    for leading in ((batch,), (3, 1), (2, batch)):
        x = draw.normal(*leading, seq_len, n_heads * d_head)
        expect_close("heads of a batch", learner.split_heads(x, n_heads), reference.split_heads(x, n_heads))


@split_checks.check(points=1)
def axes_of_size_one_stay(learner, draw):
    """One head, heads of a single column, and a single token must all keep three axes."""
    seq_len, d_model = draw.sizes(2)
    x, token = draw.normal(seq_len, d_model), draw.normal(1, 2 * d_model)
    expect_close("one head", learner.split_heads(x, 1), reference.split_heads(x, 1))
    expect_close("heads of one column", learner.split_heads(x, d_model), reference.split_heads(x, d_model))
    expect_close("heads of one token", learner.split_heads(token, 2), reference.split_heads(token, 2))


@split_checks.check(points=1, precision=True)
def split_keeps_the_dtype(learner, draw):
    """float32 must stay float32 and float64 float64: splitting moves numbers and computes nothing."""
    for dtype in (np.float32, np.float64):
        x = draw.normal(3, 8, dtype=dtype)
        heads = learner.split_heads(x, 4)
        expect_precise("heads", heads, reference.split_heads(x, 4))
        expect_dtype("heads", heads, dtype)


@split_checks.stand_in
def split_heads(x, n_heads):
    import numpy as np

    return np.stack(np.split(x, n_heads, axis=-1), axis=-3)


merge_checks = HiddenChecks("05.2")


@merge_checks.check(points=2, gate=True)
def heads_side_by_side(learner, draw):
    """Every token must get the columns of head 0 first, then those of head 1, and so on."""
    for _ in range(2):
        heads = draw.normal(*draw.sizes(3, high=7))
        expect_close("merged", learner.merge_heads(heads), reference.merge_heads(heads))


@merge_checks.check(points=2)
def merge_keeps_leading_axes(learner, draw):
    """A batch, and a batch of batches, must keep their leading axes."""
    n_heads, seq_len, d_head, batch = draw.sizes(4)
    for leading in ((batch,), (3, 1), (2, batch)):
        heads = draw.normal(*leading, n_heads, seq_len, d_head)
        expect_close("merged batch", learner.merge_heads(heads), reference.merge_heads(heads))


@merge_checks.check(points=1)
def a_single_token_stays_a_row(learner, draw):
    """One head, heads of one column, and a single token must all come out as (seq_len, d_model)."""
    long, short = draw.sizes(2)
    for shape in ((1, long, short), (short, long, 1), (long, 1, short)):
        heads = draw.normal(*shape)
        expect_close("merged", learner.merge_heads(heads), reference.merge_heads(heads))


@merge_checks.check(points=1, precision=True)
def merge_keeps_the_dtype(learner, draw):
    """float32 must stay float32 and float64 float64: merging moves numbers and computes nothing."""
    for dtype in (np.float32, np.float64):
        heads = draw.normal(4, 3, 2, dtype=dtype)
        merged = learner.merge_heads(heads)
        expect_precise("merged", merged, reference.merge_heads(heads))
        expect_dtype("merged", merged, dtype)


@merge_checks.stand_in
def merge_heads(x):
    import numpy as np

    return np.concatenate(list(np.moveaxis(x, -3, 0)), axis=-1)


attention_checks = HiddenChecks("05.3")


def weights_of(draw, d_model):
    """Draw w_query, w_key, w_value and w_out; scores are of the order of 1."""
    return [draw.normal(d_model, d_model, scale=1.5 / d_model**0.5) for _ in range(4)]


@attention_checks.check(points=1, gate=True)
def attends_in_every_head(learner, draw):
    """Each head must attend with its own columns, scaled by √d_head; then they are merged and projected."""
    for seq_len, n_heads, d_head in ((5, 3, 4), (6, 2, 5)):
        d_model = n_heads * d_head
        arguments = draw.normal(seq_len, d_model), *weights_of(draw, d_model), n_heads
        expected = reference.multi_head_attention(*arguments)
        expect_close("output", learner.multi_head_attention(*arguments), expected)


@attention_checks.check(points=1)
def one_mask_for_all_heads(learner, draw):
    """A (q_len, kv_len) mask must hide the same pairs in every head."""
    arguments = draw.normal(7, 12), *weights_of(draw, 12), 4
    for mask in (draw.mask(7, 7), np.tri(7, dtype=bool)):
        expected = reference.multi_head_attention(*arguments, mask=mask)
        expect_close("output", learner.multi_head_attention(*arguments, mask=mask), expected)


@attention_checks.check(points=1)
def a_mask_for_each_head(learner, draw):
    """A (n_heads, q_len, kv_len) mask must hide other pairs in each head."""
    arguments, mask = (draw.normal(5, 12), *weights_of(draw, 12), 3), draw.mask(3, 5, 5, share=0.4)
    expected = reference.multi_head_attention(*arguments, mask=mask)
    expect_close("output", learner.multi_head_attention(*arguments, mask=mask), expected)


@attention_checks.check(points=2)
def queries_ask_another_sequence(learner, draw):
    """With a context, keys and values must come from it and the queries from x, also through a mask."""
    for kv_len in (4, 9):
        arguments, context = (draw.normal(4, 12), *weights_of(draw, 12), 3), draw.normal(kv_len, 12)
        expected = reference.multi_head_attention(*arguments, context=context)
        expect_close("output", learner.multi_head_attention(*arguments, context=context), expected)
    mask = draw.mask(4, 9)
    expected = reference.multi_head_attention(*arguments, mask=mask, context=context)
    expect_close("output", learner.multi_head_attention(*arguments, mask=mask, context=context), expected)


@attention_checks.check(points=1)
def each_sequence_by_itself(learner, draw):
    """The sequences of a batch must not see each other, and each may have its own mask."""
    x, context, weights = draw.normal(2, 3, 4, 10), draw.normal(2, 3, 6, 10), weights_of(draw, 10)
    expected = reference.multi_head_attention(x, *weights, 5)
    expect_close("output of a batch", learner.multi_head_attention(x, *weights, 5), expected)
    mask = draw.mask(3, 1, 1, 6)
    expected = reference.multi_head_attention(x, *weights, 2, mask=mask, context=context)
    found = learner.multi_head_attention(x, *weights, 2, mask=mask, context=context)
    expect_close("output with padding", found, expected)


@attention_checks.check(points=1)
def a_query_without_keys(learner, draw):
    """A query that may attend to nothing must get zeros, and the others must not notice."""
    arguments, mask = (draw.normal(5, 6), *weights_of(draw, 6), 2), draw.mask(5, 5)
    mask[draw.integer(0, 4)] = False
    expected = reference.multi_head_attention(*arguments, mask=mask)
    expect_close("output", learner.multi_head_attention(*arguments, mask=mask), expected)


@attention_checks.check(points=1, precision=True)
def nine_digits(learner, draw):
    """Numbers in float64 must be right to nine digits: nothing may be computed in float32, nothing added."""
    arguments = draw.normal(5, 12), *weights_of(draw, 12), 3
    expected = reference.multi_head_attention(*arguments)
    expect_precise("output", learner.multi_head_attention(*arguments), expected)


@attention_checks.check(points=1)
def as_few_or_as_many_heads_as_you_like(learner, draw):
    """One head, heads of a single column, and a sequence of a single token must work."""
    x, weights = draw.normal(5, 6), weights_of(draw, 6)
    for n_heads in (1, 6):
        expected = reference.multi_head_attention(x, *weights, n_heads)
        found = learner.multi_head_attention(x, *weights, n_heads)
        expect_close(f"output of {n_heads} heads", found, expected)
    expected = reference.multi_head_attention(x[:1], *weights, 3)
    expect_close("output of one token", learner.multi_head_attention(x[:1], *weights, 3), expected)


@attention_checks.check(points=1)
def arguments_stay_as_they_are(learner, draw):
    """The tokens, the context, the mask and the four weights must be the same after the call."""
    mask, context = draw.mask(4, 3), draw.normal(3, 6)
    arguments = draw.normal(4, 6), *weights_of(draw, 6), 2, mask, context
    copies = [value.copy() if isinstance(value, np.ndarray) else value for value in arguments]
    _, after, _ = learner.multi_head_attention.with_arguments(*copies)
    names = "x", "w_query", "w_key", "w_value", "w_out", "n_heads", "mask", "context"
    for name, left, before in zip(names, after, arguments, strict=True):
        expect_unchanged(name, left, before)


parameter_checks = HiddenChecks("05.4")


@parameter_checks.check(points=3, gate=True)
def four_matrices(learner, draw):
    """With one head, the count must be that of all entries of the four weights, a whole number."""
    for d_model in draw.sizes(3, 5, 60):
        expected = costs.parameter_count(d_model, 1)
        expect_equal("parameters", learner.parameter_count(d_model, 1), expected)


@parameter_checks.check(points=2)
def several_heads(learner, draw):
    """The count must be right for several heads, up to one for each column."""
    n_heads, d_head = draw.sizes(2, 2, 12)
    for model, heads in ((n_heads * d_head, n_heads), (12288, 96), (d_head, d_head)):
        expected = costs.parameter_count(model, heads)
        expect_equal("parameters", learner.parameter_count(model, heads), expected)
