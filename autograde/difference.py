"""Says in what way an array of numbers is off, without telling what the right numbers are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

NEARLY = 4
"""How many right digits make a number nearly right: less is wrong in another way."""


def describe(got: NDArray[Any], want: NDArray[Any], off: NDArray[np.bool_]) -> str:
    """Return one sentence about how `got` differs from `want`; `off` marks the wrong places.

    All three have the same shape. The first pattern that explains every difference is named.
    """
    for pattern in _patterns(got, want, off):
        return pattern
    if got.ndim == 0:
        return f"{_number(got)} is not right."
    return f"{off.sum()} of {off.size} numbers are off, the first at {_index(off)}."


def _patterns(got: NDArray[Any], want: NDArray[Any], off: NDArray[np.bool_]) -> Iterator[str]:
    if got.dtype.kind == "b":
        if off.all():
            yield "every entry is inverted: True where False belongs, and the other way round."
        elif (
            got.ndim >= 2
            and got.shape[-1] == got.shape[-2]
            and np.array_equal(np.swapaxes(got, -1, -2), want)
        ):
            yield "it is transposed."
        yield from _part(off)
        return
    if got.dtype.kind == "f":
        yield from _numeric(got, want)
    yield from _part(off)


def _numeric(got: NDArray[Any], want: NDArray[Any]) -> Iterator[str]:
    finite = np.isfinite(want) & np.isfinite(got)
    a, b = got[finite], want[finite]
    if a.size == 0 or not np.any(b):
        return
    if (digits := _digits(a, b)) >= NEARLY:
        yield f"it agrees to about {digits} digits only.{_rounded(a, b)}"
    elif not np.any(a):
        yield "every number is 0."
    elif _near(-a, b):
        yield "the sign is wrong everywhere."
    elif got.ndim >= 2 and got.shape[-1] == got.shape[-2] and _near(np.swapaxes(got, -1, -2), want):
        yield "it is transposed."
    elif a.size > 1 and _near(a, b * (factor := float(a @ b) / float(b @ b))):
        yield f"every number is {factor:.4g} times what it should be."
    elif a.size > 1 and _near(a, b + (shift := float(np.mean(a - b)))):
        yield f"every number is {abs(shift):.4g} too {'large' if shift > 0 else 'small'}."
    elif a.size > 1 and np.ptp(a) == 0:
        yield "every number is the same."


def _digits(got: NDArray[Any], want: NDArray[Any]) -> int:
    """Return how many digits of the largest number are right in all numbers."""
    off = float(np.abs(got - want).max()) / float(np.abs(want).max())
    return int(-np.log10(off)) if off < 1 else 0


def _rounded(got: NDArray[Any], want: NDArray[Any]) -> str:
    """Ask about float32 where float32 holds every number, and would not hold those that are right."""
    if _fits_float32(got) and not _fits_float32(want):
        return " Is something computed in float32?"
    return ""


def _fits_float32(numbers: NDArray[Any]) -> bool:
    with np.errstate(over="ignore"):
        return np.array_equal(numbers, numbers.astype(np.float32))


def _part(off: NDArray[np.bool_]) -> Iterator[str]:
    """Yield a sentence when the differences fill only one part of the array."""
    names = {-1: "column", -2: "row"}
    for axis in range(off.ndim):
        if off.shape[axis] < 2:
            continue
        wrong = np.flatnonzero(off.any(axis=tuple(other for other in range(off.ndim) if other != axis)))
        if len(wrong) < off.shape[axis] and len(wrong) == 1:
            name = names.get(axis - off.ndim, f"index of axis {axis}")
            yield f"only {name} {wrong[0]} is off; the rest is right."


def _near(left: NDArray[Any], right: NDArray[Any], tolerance: float = 1e-7) -> bool:
    scale = float(np.abs(right[np.isfinite(right)]).max(initial=0.0))
    return bool(np.allclose(left, right, rtol=tolerance, atol=tolerance * scale))


def _number(value: NDArray[Any]) -> str:
    return f"{value.item():.6g}" if value.dtype.kind == "f" else str(value.item())


def _index(off: NDArray[np.bool_]) -> list[int]:
    return [int(index) for index in np.argwhere(off)[0]]
