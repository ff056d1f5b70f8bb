"""Arrays and numbers of NumPy that count the arithmetic done with them.

Everything goes through NumPy's own protocols: `__array_ufunc__` for operations with one result for
each element, `__array_function__` for the rest. The conventions are those of `cost_numpy`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin
from numpy.typing import NDArray

T = TypeVar("T")

_ARRAY = np.array  # itself also while a count runs

_PRODUCTS = frozenset({np.dot, np.inner, np.vdot, np.tensordot})

_ELEMENT_WISE = frozenset(
    {np.where, np.argmax, np.argmin, np.sort, np.argsort, np.partition, np.argpartition}
    | {np.convolve, np.correlate, np.interp, np.searchsorted, np.bincount, np.linalg.norm}
    | {np.outer, np.kron, np.cross}
)
"""Functions that do their work in C, out of sight of `__array_ufunc__`."""


class Tally:
    """The running totals of one count."""

    def __init__(self) -> None:
        self.flops = 0
        self.escapes: set[str] = set()

    def add_elements(self, *arrays: Any) -> None:
        """Count one operation for each element of the largest array."""
        self.flops += max((int(np.size(array)) for array in arrays if array is not None), default=0)

    def counting(self, value: Any) -> Any:
        """Return `value` with every array and number of NumPy in it counting here."""
        return _mapped(value, self._counting)

    def _counting(self, value: Any) -> Any:
        result: Any
        if type(value) is np.ndarray:
            result = np.ndarray.view(value, CountingArray)
        elif type(value) is np.float64:
            result = _CountingFloat64(value)
        elif type(value) is np.float32:
            result = _CountingFloat32(value)
        else:
            return value
        result.tally = self
        return result


class _Counting:
    """What counting arrays and counting numbers have in common."""

    tally: Tally = Tally()

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        """Carry out `ufunc` on plain arrays, count it, and return what counts further."""
        out = kwargs.get("out")
        if out is not None and isinstance(out[0], np.generic):  # `number += 1` makes a new number
            out = None
            del kwargs["out"]
        bare = plain(inputs)
        result = getattr(ufunc, method)(*bare, **plain(kwargs))
        if ufunc.signature is not None and method == "__call__":
            self.tally.flops += 2 * int(np.size(result)) * int(np.shape(bare[0])[-1])
        else:
            self.tally.add_elements(result[0] if isinstance(result, tuple) else result, *bare)
        if out is not None:
            return out[0] if len(out) == 1 else out
        return self.tally.counting(result)

    def __array_function__(
        self, function: Callable[..., Any], types: Any, args: Any, kwargs: Mapping[str, Any]
    ) -> Any:
        """Run a function of NumPy; count those that do their work in C."""
        tally = self.tally
        if any(issubclass(kind, _CountingNumber) for kind in types):
            return function(*_mapped(args, _as_array), **kwargs)
        if function is np.einsum and isinstance(args[0], str):
            tally.flops += _einsum_flops(*plain(args), optimize=kwargs.get("optimize", False))
        elif function not in _ELEMENT_WISE and function not in _PRODUCTS:
            return tally.counting(
                np.ndarray.__array_function__(_as_array(self), function, types, args, kwargs)
            )
        bare = plain(args)
        result = function(*bare, **plain(dict(kwargs)))
        if function in _ELEMENT_WISE:
            tally.add_elements(result, *(arg for arg in bare if isinstance(arg, np.ndarray)))
        elif function in _PRODUCTS:
            tally.flops += _product_flops(bare[0], bare[1], result)
        return tally.counting(result)


class CountingArray(_Counting, np.ndarray[Any, Any]):
    """An array that adds what is done with it to a tally."""

    def __array_finalize__(self, source: Any) -> None:
        if isinstance(source, CountingArray):
            self.tally = source.tally

    def __array_wrap__(self, array: Any, context: Any = None, return_scalar: bool = False) -> Any:
        return self.tally.counting(array[()] if return_scalar else array)

    def __getitem__(self, index: Any) -> Any:
        return self.tally.counting(super().__getitem__(index))

    def dot(self, *args: Any, **kwargs: Any) -> Any:
        """Return `np.dot(self, other)`, counted."""
        return np.dot(self, *args, **kwargs)

    def argmax(self, *args: Any, **kwargs: Any) -> Any:
        """Return the place of the largest number, counted."""
        return np.argmax(self, *args, **kwargs)

    def argmin(self, *args: Any, **kwargs: Any) -> Any:
        """Return the place of the smallest number, counted."""
        return np.argmin(self, *args, **kwargs)

    @property
    def flat(self) -> Any:
        """Return the iterator over all numbers, and note that they escape the count."""
        self.tally.escapes.add("flat")
        return super().flat

    def tolist(self) -> Any:
        """Return Python's numbers, and note that they escape the count."""
        self.tally.escapes.add("tolist")
        return super().tolist()

    def item(self, *args: Any) -> Any:
        """Return one of Python's numbers, and note that it escapes the count."""
        self.tally.escapes.add("item")
        return super().item(*args)

    def tobytes(self, *args: Any, **kwargs: Any) -> bytes:
        """Return the raw bytes, and note that they escape the count."""
        self.tally.escapes.add("tobytes")
        return super().tobytes(*args, **kwargs)

    def view(self, *args: Any, **kwargs: Any) -> Any:
        """Return a view, and note where it is of a type that does not count."""
        result = super().view(*args, **kwargs)
        if not isinstance(result, CountingArray):
            self.tally.escapes.add("view")
        return result


class _CountingNumber(_Counting):
    """One number of a counting array; what is computed from it counts as well."""


def _item(number: Any) -> float:
    """Return Python's number, and note that it escapes the count."""
    number.tally.escapes.add("item")
    return float(number)


def _with_operators(kind: type[T]) -> type[T]:
    """Give a class the operators of `NDArrayOperatorsMixin`, which all lead to `__array_ufunc__`.

    As a base class the mixin would have to stand first, and NumPy 2.4 crashes when a number whose
    first base is not one of its own is put into an array.
    """
    for name, method in {**vars(NDArrayOperatorsMixin), "item": _item}.items():
        if callable(method):
            setattr(kind, name, method)
    return kind


@_with_operators
class _CountingFloat64(np.float64, _CountingNumber):  # type: ignore[misc]  # a float compares as number does
    pass


@_with_operators
class _CountingFloat32(np.float32, _CountingNumber):
    pass


def _mapped(value: Any, change: Callable[[Any], Any]) -> Any:
    """Return `value` with `change` applied to everything inside its tuples, lists and dicts."""
    if type(value) in (tuple, list):
        return type(value)(_mapped(item, change) for item in value)
    if type(value) is dict:
        return {name: _mapped(item, change) for name, item in value.items()}
    return change(value)


def copied(value: Any) -> Any:
    """Return `value` with its arrays copied."""
    return _mapped(value, lambda item: item.copy() if isinstance(item, np.ndarray) else item)


def plain(value: Any) -> Any:
    """Return `value` with every counting array and number in it plain again."""
    return _mapped(value, _plain_item)


def _as_array(value: Any) -> Any:
    """Return `value`, a counting number as an array without axes."""
    if isinstance(value, _CountingNumber):
        return value.tally.counting(_ARRAY(plain(value)))
    return value


def _plain_item(value: Any) -> Any:
    if isinstance(value, CountingArray):
        return np.ndarray.view(value, np.ndarray)
    if isinstance(value, _CountingFloat64):
        return np.float64(float(value))
    if isinstance(value, _CountingFloat32):
        return np.float32(float(value))
    return value


def _product_flops(left: Any, right: Any, result: Any) -> int:
    """Return the operations of a product without batch axes: sizes m k and k n give m n."""
    if np.ndim(left) == 0 or np.ndim(right) == 0 or np.size(result) == 0:
        return int(np.size(result))
    return 2 * int(np.size(result)) * math.isqrt(np.size(left) * np.size(right) // np.size(result))


def _einsum_flops(subscripts: str, *operands: NDArray[Any], optimize: Any = False) -> int:
    """Return the operations of an `einsum`.

    Each contraction counts, for every combination of its indices, one multiplication less than it
    has operands, and one addition if it sums.
    """
    inputs, arrow, output = subscripts.replace(" ", "").partition("->")
    terms = [
        _labels(text, np.ndim(operand)) for text, operand in zip(inputs.split(","), operands, strict=True)
    ]
    sizes: dict[str, int] = {}
    for term, operand in zip(terms, operands, strict=True):
        for label, size in zip(term, np.shape(operand), strict=True):
            sizes[label] = max(size, sizes.get(label, 1))
    everywhere = [label for term in terms for label in term]
    kept_last = {label for label in everywhere if len(label) > 1} | (
        set(output) if arrow else {label for label in everywhere if everywhere.count(label) == 1}
    )
    flops = 0
    for group in np.einsum_path(subscripts, *operands, optimize=optimize)[0][1:]:
        chosen = {label for place in group for label in terms[place]}
        terms = [term for place, term in enumerate(terms) if place not in group]
        kept = chosen & kept_last.union(*terms)
        flops += (len(group) - 1 + (kept != chosen)) * math.prod(sizes[label] for label in chosen)
        terms.append(sorted(kept))
    return flops


def _labels(term: str, ndim: int) -> list[str]:
    """Return the index labels of one operand; those that "..." stands for are "-1", "-2" from the right."""
    before, dots, after = term.partition("...")
    if not dots:
        return list(before)
    return [*before, *(str(axis) for axis in range(len(before) + len(after) - ndim, 0)), *after]
