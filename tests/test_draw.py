"""What covers is not left to luck: it holds under every seed."""

from __future__ import annotations

from itertools import combinations, pairwise, product

import numpy as np
import pytest

from autograde.audit.predicates import has_empty_row, has_ties, has_zero, largest_between
from autograde.draw import LONG, WIDE, Draw

SEEDS = [str(number) for number in range(40)]
SHAPES = ("... q_len d_head", "... kv_len d_head", "d_head d_value")


def test_axes_of_one_name_have_one_size() -> None:
    query, key, weight = Draw("a").arrays(*SHAPES, leading=(2, 3), kv_len=7, dtype=np.float32)
    assert query.shape[:2] == key.shape[:2] == (2, 3)
    assert query.shape[-1] == key.shape[-1] == weight.shape[0]
    assert key.shape[-2] == 7
    assert len({query.shape[-2], query.shape[-1], weight.shape[-1]}) == 3
    assert query.dtype == np.float32


@pytest.mark.parametrize("largest", [2, 800, 1e4, 45_000])
def test_numbers_up_to_the_largest_are_the_same_in_float32(largest: float) -> None:
    (array,) = Draw("a").arrays("q_len d_head", largest=largest)
    assert array.max() == largest == -array.min()
    assert (array.astype(np.float32) == array).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_batches_have_every_number_of_leading_axes(seed: str) -> None:
    fronts = [query.shape[:-2] for query, _, _ in Draw(seed).batches(*SHAPES)]
    assert {len(front) for front in fronts} == {1, 2, 3, 4}
    assert (1,) in fronts
    assert any(1 in front and max(front) > 1 for front in fronts)
    assert any(sum(size > 1 for size in front) == 2 for front in fronts)


def test_batches_have_float32_and_each_length_at_one() -> None:
    cases = list(Draw("one").batches("... q_len d", "... kv_len d", kv_len=3))
    assert {query.dtype for query, _ in cases} == {np.dtype(np.float32), np.dtype(np.float64)}
    singles = [query.shape[0] for query, _ in cases if query.shape[-2] == 1]
    assert 1 in singles
    assert max(singles) > 1
    assert all(key.shape[-2] == 3 for _, key in cases)


@pytest.mark.parametrize("seed", SEEDS)
def test_extents_have_every_axis_at_one_and_long(seed: str) -> None:
    cases = list(Draw(seed).extents(*SHAPES, d_value=4))
    for leading in ((), (2, 1)):
        found = [each for each in cases if each[0].shape[:-2] == leading]
        sizes = [(*query.shape[-2:], key.shape[-2], weight.shape[1]) for query, key, weight in found]
        q_len, d_head, kv_len, d_value = zip(*sizes, strict=True)
        assert min(q_len) == min(d_head) == min(kv_len) == 1
        assert min(max(q_len), max(kv_len)) >= LONG
        assert max(d_head) >= WIDE
        assert set(d_value) == {4}


@pytest.mark.parametrize("seed", SEEDS)
def test_extents_begin_with_axes_of_one_size(seed: str) -> None:
    one, ones, equal, batch, (query, key, weight), *_ = Draw(seed).extents(*SHAPES)
    assert (one[0].shape, ones[0].shape) == ((1, 1), (2, 1, 1))
    shapes = [each.shape for each in (equal[0], batch[0], query)]
    assert [len({*shape}) for shape in shapes] == [1, 1, 1]  # shapes tell nothing
    assert [len(shape) for shape in shapes] == [2, 3, 2]
    assert (query == key).all()
    assert (query == weight).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_magnitudes_have_every_size_of_number_and_both_layouts(seed: str) -> None:
    for arrays in zip(*Draw(seed).magnitudes(*SHAPES), strict=True):
        assert any(map(largest_between(100, 1000), arrays))
        assert any(map(largest_between(1e4, 1e5), arrays))
        assert any(has_ties(array) and has_zero(array) for array in arrays)
        assert {array.flags.c_contiguous for array in arrays} == {True, False}
    (row,) = list(Draw(seed).magnitudes("row"))[-1]
    assert has_ties(row)
    assert has_zero(row)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_mask_hides_something_and_leaves_something_in_each_row(seed: str) -> None:
    for shape in ((2, 2), (3, 2), (1, 2), (2, 1, 3)):
        mask = Draw(seed).mask(*shape)
        assert not mask.all()
        assert mask.any(axis=-1).all()
    assert Draw(seed).mask(3, 1).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_masks_have_every_number_of_axes_and_a_one_for_each(seed: str) -> None:
    sizes = (2, 3, 5, 4)
    masks = list(Draw(seed).masks(*sizes))
    assert {mask.ndim for mask in masks} == {1, 2, 3, 4}
    assert all(has_empty_row(mask) or mask.size == mask.shape[-1] for mask in masks)
    assert any(mask.ndim == 1 and mask.any() for mask in masks)
    assert any(mask.shape == sizes for mask in masks)
    for place in range(1, 5):
        assert any(mask.ndim >= place and mask.shape[-place] == 1 for mask in masks)
    for mask in masks:
        np.broadcast_shapes(mask.shape, sizes)


@pytest.mark.parametrize("seed", SEEDS)
def test_again_changes_one_array_at_a_time(seed: str) -> None:
    draw = Draw(seed)
    calls = list(draw.again(draw.normal(3, 2), draw.normal(2, 4, dtype=np.float32), draw.mask(3, 4)))
    assert len(calls) == 4
    for place, (before, after) in enumerate(pairwise(calls)):
        changed = [(left != right).any() for left, right in zip(before, after, strict=True)]
        assert changed == [each == place for each in range(3)]
        assert [each.dtype for each in after] == [each.dtype for each in calls[0]]


def test_every_two_values_meet_in_few_settings() -> None:
    factors = {
        "mask": (None, "pair", "row"),
        "is_causal": (False, True),
        "leading": ((), (1,), (2, 3)),
        "scale": (None, 0.5),
    }
    settings = Draw("a").pairs(**factors)
    for left, right in combinations(factors, 2):
        for pair in product(factors[left], factors[right]):
            assert any((each[left], each[right]) == pair for each in settings), pair
    assert len(settings) <= 11
    assert settings == Draw("b").pairs(**factors)
