"""Expectations on an input that is to expose a wrong function: one on which it and the right one differ.

The input comes from a submission. It is bounded before anything is computed from it: few numbers, finite,
none larger than a million.

    vector = expect_array("vector", learner.expose_norm(), "d_space")
    expect_exposed("norm", right=reference.norm(vector), wrong=wrong_norm(vector))
    expect_fewest("numbers", vector.size, 2)
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograde.compare import Mismatch, distance, expect, host
from autograde.errors import explain

MOST = 64
"""So many numbers at most; the smallest input that exposes something has far fewer."""

LARGEST = 1e6
FAR_APART = 0.01
"""Two answers differ where they are this far apart, relative to the largest number in the right one."""


def expect_array(what: str, value: Any, axes: str) -> NDArray[np.float64]:
    """Return an array of a few finite numbers as float64.

    Args:
        what: what the learner calls it.
        value: what the submission returned.
        axes: one word for each axis, as "rows columns"; none may be empty.
    """
    array = _array(what, value, axes)
    if array.dtype.kind not in "iuf":
        raise Mismatch(explain(what, "real numbers", f"dtype {array.dtype}"), "dtype", value)
    numbers = array.astype(np.float64)
    if not np.isfinite(numbers).all():
        raise Mismatch(explain(what, "finite numbers", "inf or NaN among them"), "nan", value)
    if np.abs(numbers).max() > LARGEST:
        raise Mismatch(
            explain(what, "numbers between -1,000,000 and 1,000,000", "larger ones"), "property", value
        )
    return numbers


def expect_mask(what: str, value: Any, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Return an array of bools of exactly this shape."""
    array = _array(what, value, " ".join(map(str, shape)))
    if array.shape != shape:
        raise Mismatch(explain(what, f"shape {shape}", array.shape), "shape", value)
    if array.dtype.kind != "b":
        raise Mismatch(explain(what, "dtype bool", array.dtype), "dtype", value)
    return array


def expect_whole(what: str, value: Any, least: int = 1, most: int = MOST) -> int:
    """Return a whole number between two bounds, as Python's own."""
    plain = value.item() if isinstance(value, np.generic) else value
    if type(plain) is not int:
        raise Mismatch(explain(what, "a whole number", f"a value of type {type(plain).__name__}"), "type")
    expect(least <= plain <= most, explain(what, f"a number from {least} to {most}", "another one"))
    return plain


def expect_word(what: str, value: Any, words: Collection[str]) -> str:
    """Return one of a few words."""
    if not isinstance(value, str):
        raise Mismatch(explain(what, "a word in quotes", f"a value of type {type(value).__name__}"), "type")
    expect(value in words, explain(what, f"one of {', '.join(words)}", "another word"))
    return value


def expect_parts(what: str, value: Any, count: int) -> tuple[Any, ...]:
    """Return the parts of a tuple or list of so many."""
    if not isinstance(value, tuple | list):
        got = f"a value of type {type(value).__name__}"
        raise Mismatch(explain(what, f"{count} values", got, "Return them with commas between."), "type")
    if len(value) != count:
        raise Mismatch(explain(what, f"{count} values", len(value)), "shape")
    return tuple(value)


def expect_exposed(what: str, *, right: Any, wrong: Any) -> None:
    """Expect two answers to the same input that differ by a hundredth at least."""
    finite = np.isfinite(host(right)).all()
    expect(bool(finite), explain(what, "an input with a finite right answer", "inf or NaN"))
    differ = distance(wrong, right) >= FAR_APART
    expect(differ, explain(what, "two answers that differ", "the same from both", "Try another input."))


def expect_fewest(what: str, count: int, fewest: int) -> None:
    """Expect no more than are needed; the message says how many there are, not how many suffice."""
    expect(count <= fewest, explain(what, "as few as possible", count, "Which of them can go?"))


def _array(what: str, value: Any, axes: str) -> NDArray[Any]:
    """Return an array with these axes; refuse a large one before anything is made of it."""
    names = axes.split()
    text = f"({', '.join(names)}{',' if len(names) == 1 else ''})"
    if not isinstance(value, np.ndarray):
        kind = getattr(value, "_type_name", type(value).__name__)
        next_step = "Does the function end with a return?" if value is None else "Wrap it in np.array(...)."
        got, next_step = (f"a {kind}", "") if " array" in kind else (f"a value of type {kind}", next_step)
        raise Mismatch(explain(what, f"a NumPy array of shape {text}", got, next_step), "type", value)
    if value.ndim != len(names) or value.size == 0:
        raise Mismatch(explain(what, f"shape {text}, no axis empty", value.shape), "shape", value)
    if value.size > MOST:
        raise Mismatch(explain(what, f"at most {MOST} numbers", f"{value.size:,}"), "property", value)
    return value
