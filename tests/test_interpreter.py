"""Triton's interpreter, made quick: the same types, the same refusals, the same numbers."""

from __future__ import annotations

import numpy as np
import pytest
import torch

triton = pytest.importorskip("triton")
import triton.language as tl  # noqa: E402  (after it is known to be there)
from triton.runtime import interpreter  # noqa: E402  (likewise)

from autograde.instruments.interpreter import hurry  # noqa: E402  (likewise)


@triton.jit
def sums_kernel(numbers, sums, n_columns, BLOCK: tl.constexpr):
    """Add the numbers of each row, one block after the other."""
    row = tl.program_id(0)
    added = tl.zeros([BLOCK], tl.float32)
    for first in range(0, n_columns, BLOCK):
        columns = first + tl.arange(0, BLOCK)
        added += tl.load(numbers + row * n_columns + columns, mask=columns < n_columns, other=0.0)
    tl.store(sums + row, tl.sum(added))


@pytest.fixture(autouse=True)
def _hurried() -> None:
    hurry()
    hurry()  # a second time changes nothing more


def test_the_numbers_are_those_of_torch() -> None:
    numbers, sums = torch.arange(3.0 * 21).reshape(3, 21), torch.empty(3)
    sums_kernel[(3,)](numbers, sums, 21, 8)
    assert torch.equal(sums, numbers.sum(-1))


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int8", "int32", "uint8", "int64"])
def test_a_type_has_its_dtype_alone_in_a_block_and_behind_a_pointer(dtype: str) -> None:
    kind = getattr(tl, dtype)
    for each in (kind, tl.block_type(kind, [4])) * 2:  # the second time it is known
        assert interpreter._get_np_dtype(each) == np.dtype(dtype)
    pointer = tl.pointer_type(kind)
    for each in (pointer, tl.block_type(pointer, [4])) * 2:
        assert interpreter._get_np_dtype(each) == np.dtype("uint64")


def test_a_known_shape_makes_the_same_block() -> None:
    first, second, other = (tl.block_type(kind, [2, 8]) for kind in (tl.float32, tl.float32, tl.int32))
    assert first == second != other
    assert (second.shape, second.numel, second.name) == ((2, 8), 16, first.name)
    assert tl.block_type(tl.float32, [tl.constexpr(2), tl.constexpr(8)]) == first


@pytest.mark.parametrize(
    ("shape", "error"),
    [([3], ValueError), ([True, 2.0], TypeError), ([], TypeError), ([1 << 30], ValueError)],
)
def test_a_shape_that_triton_refuses_is_refused_each_time(
    shape: list[object], error: type[Exception]
) -> None:
    for _ in range(2):
        with pytest.raises(error):
            tl.block_type(tl.float32, shape)


def test_whole_numbers_are_added_once() -> None:
    assert interpreter.interpreter_builder.options.sanitize_overflow is False
