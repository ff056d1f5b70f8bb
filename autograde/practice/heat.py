"""Where a learner's array differs: a slice of it as a grid of cells, ready to be drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograde.compare import Mismatch

MOST_CELLS = 48
"""More rows or columns than this are not drawn."""


@dataclass(frozen=True)
class Difference:
    """A slice of the learner's array.

    Args:
        shape: the shape of the whole array.
        index: which slice is shown, such as (0, 2) for array[0, 2]; () for all of it.
        off: for each row and column, whether the number differs.
        values: the learner's numbers, as short texts.
        off_count: how many numbers differ in the whole array.
        size: how many numbers the whole array has.
    """

    shape: tuple[int, ...]
    index: tuple[int, ...]
    off: tuple[tuple[bool, ...], ...]
    values: tuple[tuple[str, ...], ...]
    off_count: int
    size: int


def where_different(mismatch: Mismatch) -> Difference | None:
    """Return where the array differs, or None if there is nothing to draw (a number, another shape)."""
    off = mismatch.off
    if off is None or off.ndim == 0 or off.size < 2 or not off.any():
        return None
    array = np.asarray(mismatch.actual)
    index = tuple(int(place) for place in np.argwhere(off)[0][:-2])
    shown_off, shown = (_as_rows(each[index]) for each in (off, array))
    return Difference(
        shape=array.shape,
        index=index,
        off=tuple(tuple(bool(cell) for cell in row) for row in shown_off),
        values=tuple(tuple(_short(cell) for cell in row) for row in shown),
        off_count=int(off.sum()),
        size=off.size,
    )


def _as_rows(array: NDArray[Any]) -> NDArray[Any]:
    """Return at most `MOST_CELLS` rows and columns; one axis becomes one row."""
    return np.atleast_2d(array)[:MOST_CELLS, :MOST_CELLS]


def _short(value: Any) -> str:
    if isinstance(value, bool | np.bool_):
        return "True" if value else "False"
    if isinstance(value, np.integer):
        return str(int(value))
    text = f"{float(value):.3g}"
    return text.replace("e-0", "e-").replace("e+0", "e")
