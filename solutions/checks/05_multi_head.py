"""Hidden checks of lesson 05."""

from itertools import product
from typing import Any

import numpy as np
from reference import complexity as costs
from reference import puzzles
from reference.cpu import multi_head as reference

from autograde.compare import (
    expect,
    expect_close,
    expect_dtype,
    expect_equal,
    expect_precise,
    expect_unchanged,
)
from autograde.exercise import HiddenChecks, answers
from autograde.expose import expect_array, expect_exposed, expect_fewest, expect_parts, expect_whole

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
    """A batch, and a batch of batches, must keep their leading axes; x must be the same after the call."""
    n_heads, d_head = draw.sizes(2)
    width = n_heads * d_head
    drawn = *draw.batches("... seq_len d_model", d_model=width), draw.arrays("seq_len d_model", d_model=width)
    ask = learner.split_heads.later.with_arguments
    questions = (ask(x, n_heads, between=(-x, n_heads)) for (x,) in drawn)
    for asked, (heads, (after, _), _) in answers(learner, questions):
        expect_close("heads of a batch", heads, reference.split_heads(*asked.args))
        expect_unchanged("x", after, asked.args[0])


@split_checks.check(points=1)
def axes_of_size_one_stay(learner, draw):
    """One head, heads of one column, and one token must keep three axes; any numbers, wherever in memory."""
    cases = []
    for (cut,) in draw.extents("... seq_len n_heads d_head"):
        cases.append((cut.reshape(*cut.shape[:-2], cut.shape[-2] * cut.shape[-1]), cut.shape[-2]))
    for (x,), n_heads in product(draw.magnitudes("... seq_len d_model", seq_len=6, d_model=6), (3, 2)):
        cases.append((x, n_heads))
    for given, heads in learner.split_heads.each(cases):
        expect_close("heads", heads, reference.split_heads(*given))


@split_checks.check(points=1, precision=True)
def split_keeps_the_dtype(learner, draw):
    """float16, float32 and float64 must stay what they are: splitting moves numbers and computes nothing."""
    kinds = product((np.float16, np.float32, np.float64), ((), (2,)))
    cases = [(draw.normal(*leading, 3, 8, dtype=dtype), 4) for dtype, leading in kinds]
    for given, heads in learner.split_heads.each(cases):
        expect_precise("heads", heads, reference.split_heads(*given))
        expect_dtype("heads", heads, given[0].dtype)


@split_checks.stand_in
def split_heads(x, n_heads):
    import numpy as np

    return np.stack(np.split(x, n_heads, axis=-1), axis=-3)


merge_checks = HiddenChecks("05.2")

HEADS = "... n_heads seq_len d_head"


@merge_checks.check(points=2, gate=True)
def heads_side_by_side(learner, draw):
    """Every token must get the columns of head 0 first, then those of head 1, and so on."""
    for _ in range(2):
        heads = draw.normal(*draw.sizes(3, high=7))
        expect_close("merged", learner.merge_heads(heads), reference.merge_heads(heads))


@merge_checks.check(points=2)
def merge_keeps_leading_axes(learner, draw):
    """A batch, and a batch of batches, must keep their leading axes; x must be the same after the call."""
    narrow = draw.arrays(HEADS, leading=(2,), d_head=1)
    drawn = *draw.batches(HEADS), draw.arrays(HEADS), narrow
    questions = (learner.merge_heads.later.with_arguments(x, between=[-x]) for (x,) in drawn)
    for asked, (merged, (after,), _) in answers(learner, questions):
        expect_close("merged batch", merged, reference.merge_heads(*asked.args))
        expect_unchanged("x", after, asked.args[0])


@merge_checks.check(points=1)
def a_single_token_stays_a_row(learner, draw):
    """One head, heads of one column, a single token, and any numbers must come out as (seq_len, d_model)."""
    for given, merged in learner.merge_heads.each((*draw.extents(HEADS), *draw.magnitudes(HEADS))):
        expect_close("merged", merged, reference.merge_heads(*given))


@merge_checks.check(points=1, precision=True)
def merge_keeps_the_dtype(learner, draw):
    """float16, float32 and float64 must stay what they are: merging moves numbers and computes nothing."""
    kinds = product((np.float16, np.float32, np.float64), ((), (2,)))
    cases = [(draw.normal(*leading, 4, 3, 2, dtype=dtype),) for dtype, leading in kinds]
    for given, merged in learner.merge_heads.each(cases):
        expect_precise("merged", merged, reference.merge_heads(*given))
        expect_dtype("merged", merged, given[0].dtype)


@merge_checks.stand_in
def merge_heads(x):
    import numpy as np

    return np.concatenate(list(np.moveaxis(x, -3, 0)), axis=-1)


attention_checks = HiddenChecks("05.3")

SEQUENCES = "... q_len d_model", "... kv_len d_model"
WEIGHTS = ("d_model d_model",) * 4


def weights_of(draw, d_model):
    """Draw w_query, w_key, w_value and w_out; scores are of the order of 1."""
    return [draw.normal(d_model, d_model, scale=1.5 / d_model**0.5) for _ in range(4)]


def expect_attention(learner, *cases, what="output"):
    """Expect the outputs to be right; a case is the arguments and the keywords."""
    questions = (learner.multi_head_attention.later(*given, **options) for given, options in cases)
    for asked, output in answers(learner, questions):
        expect_close(what, output, reference.multi_head_attention(*asked.args, **asked.kwargs))


@attention_checks.check(points=1, gate=True)
def attends_in_every_head(learner, draw):
    """Each head must attend with its own columns, scaled by √d_head; then they are merged and projected."""
    for seq_len, n_heads, d_head in ((5, 3, 4), (6, 2, 5)):
        d_model = n_heads * d_head
        arguments = draw.normal(seq_len, d_model), *weights_of(draw, d_model), n_heads
        expect_attention(learner, (arguments, {}))


@attention_checks.check(points=1)
def one_mask_for_all_heads(learner, draw):
    """A (q_len, kv_len) mask must hide the same pairs in every head, and in a single one."""
    cases = []
    for seq_len, d_model, n_heads in ((7, 12, 4), (7, 12, 1), (6, 6, 6), (draw.integer(257, 280), 4, 2)):
        arguments = draw.normal(seq_len, d_model), *weights_of(draw, d_model), n_heads
        mask = draw.mask(seq_len, seq_len)
        masks = mask, np.tri(seq_len, dtype=bool), np.ones_like(mask)
        cases += [(arguments, {"mask": each}) for each in masks]
    expect_attention(learner, *cases)


@attention_checks.check(points=1)
def a_mask_for_each_head(learner, draw):
    """A (n_heads, q_len, kv_len) mask must hide other pairs in each head."""
    arguments, mask = (draw.normal(5, 12), *weights_of(draw, 12), 3), draw.mask(3, 5, 5, share=0.4)
    expect_attention(learner, (arguments, {"mask": mask}))


@attention_checks.check(points=2)
def queries_ask_another_sequence(learner, draw):
    """With a context, keys and values must come from it and the queries from x, also through a mask."""
    same = draw.normal(4, 4)
    cases: list[Any] = [((*(same,) * 5, 2, mask, same), {}) for mask in (None, draw.mask(4, 4))]
    for kv_len in (4, 9):
        arguments, context = (draw.normal(4, 12), *weights_of(draw, 12), 3), draw.normal(kv_len, 12)
        cases.append((arguments, {"context": context}))
    for source in (context, draw.normal(300, 12)):
        cases.append((arguments, {"mask": draw.mask(4, len(source)), "context": source}))
    expect_attention(learner, *cases)


@attention_checks.check(points=1)
def each_sequence_by_itself(learner, draw):
    """The sequences of a batch must not see each other, and each may have its own mask, also in float32."""
    plain: list[Any] = []
    padded: list[Any] = []
    for x, context in draw.batches(*SEQUENCES, d_model=10):
        weights = [weight.astype(x.dtype) for weight in weights_of(draw, 10)]
        mask = draw.mask(x.shape[-3], 1, 1, context.shape[-2])
        plain.append(((x, *weights, 5), {}))
        padded.append(((x, *weights, 2), {"mask": mask, "context": context}))
    expect_attention(learner, *plain, what="output of a batch")
    expect_attention(learner, *padded, what="output with padding")


@attention_checks.check(points=1)
def a_query_without_keys(learner, draw):
    """A query that may attend to nothing must get zeros, whatever the shape of the mask that says so."""
    different = draw.arrays(*SEQUENCES, leading=(2, 3), d_model=8)
    equal = draw.arrays(*SEQUENCES, leading=(4,), d_model=8, q_len=4, kv_len=4)  # shapes tell nothing
    weights = weights_of(draw, 8)
    cases = []
    for x, context in (different, equal):
        masks = draw.masks(*x.shape[:-2], 4, x.shape[-2], context.shape[-2])
        cases += [((x, *weights, 4), {"mask": mask, "context": context}) for mask in masks]
    for leading, q_len, kv_len in (((1,), 3, 4), ((), 1, 4), ((), 3, 1)):
        x, context = draw.arrays(*SEQUENCES, leading=leading, d_model=8, q_len=q_len, kv_len=kv_len)
        mask = draw.mask(q_len, kv_len)
        mask[-1] = False
        cases.append(((x, *weights, 2), {"mask": mask, "context": context}))
    expect_attention(learner, *cases)


@attention_checks.check(points=1, precision=True)
def nine_digits(learner, draw):
    """Numbers in float64 must be right to nine digits: nothing may be computed in float32, nothing added."""
    arguments = draw.normal(5, 12), *weights_of(draw, 12), 3
    expected = reference.multi_head_attention(*arguments)
    expect_precise("output", learner.multi_head_attention(*arguments), expected)


@attention_checks.check(points=1)
def as_few_or_as_many_heads_as_you_like(learner, draw):
    """One head, heads of a single column, a single token, long sequences and large numbers must work."""
    cases = []
    for x, context in draw.extents(*SEQUENCES):
        d_model = x.shape[-1]
        arguments, given = (x, *weights_of(draw, d_model)), {"context": context}
        cases += [((*arguments, n_heads), given) for n_heads in {1, d_model if d_model < 10 else 1}]
    expect_attention(learner, *cases)
    cases = []
    for x, context, *weights in draw.magnitudes(*SEQUENCES, *WEIGHTS, d_model=6):
        masks = None, draw.mask(x.shape[-2], context.shape[-2], share=0.4)
        cases += [((x, *weights, 3, mask, context), {}) for mask in masks]
    expect_attention(learner, *cases, what="output of large numbers")


@attention_checks.check(points=1)
def arguments_stay_as_they_are(learner, draw):
    """All arrays must be the same after the call as before, and nothing of an earlier call may count."""
    names = "x", "w_query", "w_key", "w_value", "w_out", "mask", "context"
    x, context = draw.arrays(*SEQUENCES, d_model=6, q_len=4, kv_len=3)
    arrays = x, *weights_of(draw, 6), draw.mask(4, 3), context
    closed = draw.mask(4, 3) & (np.arange(4) > 0)[:, None]  # a query without keys
    batch = np.stack([x, x]), *arrays[1:5], closed, np.stack([context, context])
    questions = []
    for given in (batch, batch[:5], *draw.again(*arrays), arrays[:5]):
        other = (-given[0], *given[1:5], 2, *given[5:])
        ask = learner.multi_head_attention.later.with_arguments
        questions.append(ask(*given[:5], 2, *given[5:], between=other))
    for asked, (found, after, _) in answers(learner, questions):
        left, before = ((*each[:5], *each[6:]) for each in (after, asked.args))
        for name, changed, array in zip(names, left, before, strict=False):
            expect_unchanged(name, changed, array)
        if asked.args[0].ndim == x.ndim:
            expected = reference.multi_head_attention(*asked.args)
            expect_close("output of a second call", found, expected)


def _scores(call):
    source = call["x"] if call["context"] is None else call["context"]
    query = reference.split_heads(call["x"] @ call["w_query"], call["n_heads"])
    key = reference.split_heads(source @ call["w_key"], call["n_heads"])
    return query @ np.swapaxes(key, -1, -2) / query.shape[-1] ** 0.5


attention_checks.region(
    "a hidden score far above the others",
    lambda call: (
        np.where(call["mask"], -np.inf, _scores(call)).max()
        > np.where(call["mask"], _scores(call), -np.inf).max() + 1000
    ),
)


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
    for model, heads in ((n_heads * d_head, n_heads), (3072, 24), (d_head, d_head), (1, 1), (1024, 32)):
        expected = costs.parameter_count(model, heads)
        expect_equal("parameters", learner.parameter_count(model, heads), expected)


parameter_checks.outside("only d_model = 1", "d_model is a multiple of n_heads")


exposing_checks = HiddenChecks("05.5")
exposing_checks.outside("answer*", "many inputs expose the suspect; a little changed, it is another of them")


def exposing_x(learner):
    """Return x once it is seen to expose the suspect."""
    x, n_heads = expect_parts("x, n_heads", learner.expose_split_heads(), 2)
    x, n_heads = expect_array("x", x, "seq_len d_model"), expect_whole("n_heads", n_heads)
    expect(x.shape[1] % n_heads == 0, "x: expected d_model to be a multiple of n_heads, got another d_model.")
    right, wrong = reference.split_heads(x, n_heads), puzzles.suspect_split_heads(x, n_heads)
    expect_exposed("x, n_heads", right=right, wrong=wrong)
    return x


@exposing_checks.check(points=2, gate=True)
def exposes_the_suspect(learner, draw):
    """On your x the suspect must give other heads than a right split."""
    exposing_x(learner)


@exposing_checks.check(points=2)
def with_as_few_numbers_as_possible(learner, draw):
    """Four numbers in x must be enough to show it."""
    expect_fewest("numbers in x", exposing_x(learner).size, 4)
