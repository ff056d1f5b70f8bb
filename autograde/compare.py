"""Expectations: what a check may demand of a value that a submission returned.

Order: type, shape, dtype, NaN, value. Broadcasting never happens, because it hides mistakes.
What a `Mismatch` says is safe to show: it describes what the learner returned and in what
way it is off, and never contains an expected number.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograde.errors import explain

VALUE = {2: 2e-3, 4: 1e-5, 8: 1e-5}
"""Relative tolerance of a value, by the size of the expected float in bytes: what float32 can promise."""

PRECISION = 1e-9
"""Relative tolerance where nine digits are asked for, which float64 alone can give."""


class Mismatch(Exception):
    """A value is not what the check expects.

    `kind` is "type", "shape", "dtype", "nan", "value", "changed" or "property". `actual`, `expected` and
    `off`, which marks the wrong places, are kept for the public checks, which draw where the two differ,
    and with the relative tolerance `rtol` for the diagnosis. `describe` ends the message once somebody reads
    it: the search for a name makes many that nobody reads.
    """

    def __init__(
        self,
        message: str,
        kind: str,
        actual: Any = None,
        expected: Any = None,
        off: NDArray[np.bool_] | None = None,
        rtol: float | None = None,
        describe: Callable[[], str] | None = None,
    ) -> None:
        super().__init__(message)
        self._begin = message
        self._describe = describe
        self.kind = kind
        self.actual = actual
        self.expected = expected
        self.off = off
        self.rtol = rtol

    def __str__(self) -> str:
        return self.message

    @functools.cached_property
    def message(self) -> str:
        """Return the sentence for the learner."""
        return self._begin + (self._describe() if self._describe else "")

    @property
    def what(self) -> str:
        """Return what was compared: the beginning of the message."""
        return self._begin.partition(":")[0]

    def lighten(self) -> None:
        """Keep the message, and none of the numbers."""
        _ = self.message
        self.actual = self.expected = self.off = self._describe = None


def expect(condition: bool, message: str) -> None:
    """Expect a property to hold; `message` says what is off, without expected numbers."""
    if not condition:
        raise Mismatch(message, "property")


def expect_pair(names: str, answer: Any) -> tuple[Any, Any]:
    """Expect two parts, such as "output and weights"; return them."""
    expect(isinstance(answer, tuple | list) and len(answer) == 2, f"expected a tuple of {names}.")
    first, second = answer
    return first, second


def expect_equal(what: str, actual: Any, expected: Any) -> None:
    """Expect an exact answer: a whole number, a bool, a string, or a tuple, list or dict of them.

    Lists count as tuples, NumPy's scalars as Python's; True is not 1.
    """
    plain = _plain(actual)
    kinds = type(plain), type(_plain(expected))
    if kinds[0] is not kinds[1]:
        advice = "Is there a / where // belongs?" if kinds == (float, int) else ""
        message = explain(what, type_phrase(expected), type_phrase(actual), advice)
        raise Mismatch(message, "type", actual, expected)
    if isinstance(plain, tuple) and len(plain) != len(expected):
        raise Mismatch(explain(what, f"{len(expected)} items", len(plain)), "shape", actual, expected)
    if isinstance(plain, dict):
        _expect_entries(what, plain, expected)
    if not _same(plain, _plain(expected)):
        raise Mismatch(f"{what}: {_shown(plain)} is not right.", "value", actual, expected)


def expect_shape(what: str, actual: Any, shape: tuple[int, ...]) -> None:
    """Expect an array or tensor of exactly this shape."""
    if not _has_shape(actual):
        raise Mismatch(_not_an_array(what, actual, f"an array of shape {_shape_text(shape)}"), "type", actual)
    if tuple(actual.shape) != tuple(shape):
        raise Mismatch(_other_shape(what, actual.shape, shape), "shape", actual)


def expect_dtype(what: str, actual: Any, dtype: Any) -> None:
    """Expect an array or tensor of exactly this dtype."""
    found = getattr(actual, "dtype", None) if _has_shape(actual) else None
    if found is None or found != dtype:
        expected = getattr(dtype, "__name__", None) or str(dtype)
        raise Mismatch(explain(what, f"dtype {expected}", found or type_phrase(actual)), "dtype", actual)


def expect_close(
    what: str, actual: Any, expected: Any, *, rtol: float | None = None, atol: float | None = None
) -> None:
    """Expect numbers that agree with `expected`: |actual - expected| <= atol + rtol |expected|.

    Args:
        what: what the learner calls it: "norm", "basis", "gradient of x".
        actual: what the submission returned.
        expected: array, tensor or number; the kind that is wanted.
        rtol: relative tolerance; by default 1e-5, for 16 bits 2e-3. How many digits a right answer has
            beyond these is a question of its own: `expect_precise`.
        atol: absolute tolerance; by default `rtol` times the largest finite |expected|.
    """
    got, want = _numbers(what, actual, expected)
    expect_shape(what, got, want.shape)
    if want.dtype.kind in "biu":
        _expect_exact(what, got, want)
        return
    rtol = VALUE[_itemsize(expected)] if rtol is None else rtol
    finite = np.isfinite(want)
    size = np.abs(want if finite.all() else np.where(finite, want, 0.0))
    atol = rtol * float(size.max(initial=0.0)) if atol is None else atol
    _expect_finite_alike(what, got, want, finite)
    with np.errstate(invalid="ignore", over="ignore"):
        off = np.asarray(finite & (np.abs(got - want) > atol + rtol * size))
    if off.any():
        raise Mismatch(f"{what}: ", "value", got, want, off, rtol, _describing(got, want, off))


def expect_precise(what: str, actual: Any, expected: Any) -> None:
    """Expect float64 numbers that are right to nine digits: none lost to float32, nothing small added."""
    expect_close(what, actual, expected, rtol=PRECISION)


def expect_unchanged(what: str, after: Any, before: Any) -> None:
    """Expect an argument to be exactly as it was before the call."""
    alike = getattr(after, "shape", None) == getattr(before, "shape", None)
    is_float = host(before).dtype.kind == "f"
    if not (alike and np.array_equal(host(after), host(before), equal_nan=is_float)):
        message = f"{what}: expected it unchanged by the call, got other numbers in it. Work on a copy."
        raise Mismatch(message, "changed", after, before)


def distance(left: Any, right: Any) -> float:
    """Return the largest difference between two answers, relative to the largest number in `right`.

    0 where they are the same. Infinite where length, shape or kind of number differ, where other places
    are infinite or NaN, and between different whole numbers, bools and texts.
    """
    if isinstance(left, tuple | list) and isinstance(right, tuple | list):
        return max(map(distance, left, right), default=0.0) if len(left) == len(right) else math.inf
    if isinstance(left, dict) and isinstance(right, dict):
        alike = left.keys() == right.keys()
        return max((distance(left[key], right[key]) for key in right), default=0.0) if alike else math.inf
    if _is_numeric(left) and _is_numeric(right):
        same_shape = tuple(np.shape(left)) == tuple(np.shape(right))
        return _number_distance(host(left), host(right)) if same_shape else math.inf
    return 0.0 if type(left) is type(right) and bool(left == right) else math.inf


def _is_numeric(value: Any) -> bool:
    number = isinstance(value, int | float | complex | np.ndarray | np.generic)
    return (number and not isinstance(value, bool)) or _is_tensor(value)


def _is_tensor(value: Any) -> bool:
    return type(value).__module__ == "torch" and hasattr(value, "numel")


def _number_distance(left: NDArray[Any], right: NDArray[Any]) -> float:
    kinds = {left.dtype.kind, right.dtype.kind}
    if len(kinds) > 1 and kinds & set("bc"):
        return math.inf
    if not kinds & set("fc") or "O" in kinds:  # O: whole numbers too large for 64 bits
        return 0.0 if np.array_equal(left, right) else math.inf
    finite = np.isfinite(right)
    if (
        not np.array_equal(left[~finite], right[~finite], equal_nan=True)
        or not np.isfinite(left[finite]).all()
    ):
        return math.inf
    with np.errstate(all="ignore"):
        off = float(np.abs(left[finite] - right[finite]).max(initial=0.0))
        largest = float(np.abs(right[finite]).max(initial=0.0))
    return 0.0 if off == 0.0 else off / largest if largest else math.inf


def _expect_entries(what: str, got: dict[Any, Any], want: dict[Any, Any]) -> None:
    """Name the first entry that is missing or wrong: a whole dictionary is too long to be read."""
    for name, entry in want.items():
        if name not in got:
            raise Mismatch(explain(what, f"an entry {name!r}", _shown(list(got))), "value", got, want)
        expect_equal(f"{what}[{name!r}]", got[name], entry)


def _expect_same_shape(what: str, actual: Any, want: NDArray[Any]) -> None:
    """Also say so where the result is right but for two axes that have changed places."""
    if tuple(actual.shape) != want.shape:
        turned = np.swapaxes(want, -1, -2) if want.ndim > 1 else want
        message = _other_shape(what, actual.shape, want.shape)
        if distance(actual, turned) <= VALUE[8]:
            message += " The last two axes are swapped."
        raise Mismatch(message, "shape", actual, want)


def _other_shape(what: str, got: Any, want: Any) -> str:
    return explain(what, f"shape {_shape_text(want)}", _shape_text(got))


def _expect_exact(what: str, got: NDArray[Any], want: NDArray[Any]) -> None:
    if got.dtype.kind != want.dtype.kind and {got.dtype.kind, want.dtype.kind} != {"i", "u"}:
        raise Mismatch(explain(what, f"dtype {want.dtype}", got.dtype), "dtype", got, want)
    wrong = got != want
    if wrong.any():
        raise Mismatch(f"{what}: ", "value", got, want, wrong, describe=_describing(got, want, wrong))


def _describing(got: NDArray[Any], want: NDArray[Any], off: NDArray[np.bool_]) -> Callable[[], str]:
    from autograde.difference import describe

    return functools.partial(describe, got, want, off)


def _expect_finite_alike(what: str, got: NDArray[Any], want: NDArray[Any], finite: NDArray[np.bool_]) -> None:
    if finite.all() and np.isfinite(got).all():
        return
    for name, test in (("NaN", np.isnan), ("inf", np.isposinf), ("-inf", np.isneginf)):
        extra = test(got) & ~test(want)
        if extra.any():
            where = tuple(int(index) for index in np.argwhere(extra)[0])
            place = f" at {list(where)}" if where else ""
            raise Mismatch(explain(what, "a finite number", f"{name} first{place}"), "nan", got, want)
        if (test(want) & ~test(got)).any():
            raise Mismatch(
                f"{what}: expected {name} in some places, got finite numbers there.", "nan", got, want
            )


def _numbers(what: str, actual: Any, expected: Any) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return both as float64 (or bool, or whole-number) arrays; refuse what is not a number or array."""
    is_tensor = type(expected).__module__ == "torch"
    wanted = "a tensor" if is_tensor else "a NumPy array"
    want = host(expected)
    if want.ndim == 0 and not is_tensor:
        if isinstance(actual, bool) or not isinstance(actual, int | float | np.generic | np.ndarray):
            raise Mismatch(_not_an_array(what, actual, "a number"), "type", actual)
    elif is_tensor != (type(actual).__module__ == "torch") or not _has_shape(actual):
        raise Mismatch(_not_an_array(what, actual, wanted), "type", actual)
    if hasattr(actual, "shape"):  # before anything is made of it: it may be large
        _expect_same_shape(what, actual, want)
    got = host(actual)
    if got.dtype.kind not in "biuf":
        raise Mismatch(explain(what, "real numbers", f"dtype {got.dtype}"), "dtype", actual)
    if want.dtype.kind == "f":
        if got.dtype.kind == "b":
            raise Mismatch(explain(what, "numbers", "dtype bool"), "dtype", actual)
        return got.astype(np.float64, copy=False), want.astype(np.float64, copy=False)
    return got, want


def host(value: Any) -> NDArray[Any]:
    """Return an array or tensor as an array; a tensor's floats become float64."""
    if type(value).__module__ == "torch":
        value = value.detach().cpu()
        return np.asarray(value.double().numpy() if value.is_floating_point() else value.numpy())
    return np.asarray(value)


def _itemsize(expected: Any) -> int:
    """Return the bytes of one expected float; 2 for float16 and bfloat16."""
    if hasattr(expected, "dtype"):
        return int(expected.dtype.itemsize)
    return 8


def _not_an_array(what: str, actual: Any, wanted: str) -> str:
    next_step = "Does the function end with a return?" if actual is None else ""
    return explain(what, wanted, type_phrase(actual), next_step)


def _has_shape(value: Any) -> bool:
    """Return whether this is an array or tensor; an object that stayed in the worker answers to any name."""
    return hasattr(value, "shape") and not hasattr(value, "_type_name")


def type_phrase(value: Any) -> str:
    """Return how a person calls what was returned: "a tuple", "None", "a generator"."""
    if value is None:
        return "None"
    if isinstance(value, np.generic) or (isinstance(value, np.ndarray) and value.ndim == 0):
        value = value.item()
    names = {
        int: "a whole number",
        bool: "True or False",
        str: "a string",
        float: "a float",
        complex: "a complex number",
        tuple: "a tuple",
        list: "a list",
        dict: "a dictionary",
    }
    return names.get(type(value), f"a {getattr(value, '_type_name', type(value).__name__)}")


def _shape_text(shape: Any) -> str:
    return str(tuple(int(size) for size in shape))


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic) or (isinstance(value, np.ndarray) and value.ndim == 0):
        return value.item()
    if isinstance(value, list | tuple):
        return tuple(_plain(item) for item in value)
    if type(value) is dict:
        return {key: _plain(item) for key, item in value.items()}
    return value


def _same(left: Any, right: Any) -> bool:
    if type(left) is not type(right):
        return False
    if isinstance(left, tuple):
        return len(left) == len(right) and all(map(_same, left, right))
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(_same(left[key], right[key]) for key in right)
    return bool(left == right)
