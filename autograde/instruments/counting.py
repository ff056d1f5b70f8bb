"""Arrays and numbers of NumPy that count the arithmetic done with them, and that nobody can use unseen.

Everything goes through NumPy's own protocols: `__array_ufunc__` for operations with one result for
each element, `__array_function__` for the rest. The conventions are those of `cost_numpy`.

Such an array keeps its numbers elsewhere: its own memory holds NaN. What reads that memory past the protocols
(a buffer, `np.frombuffer`, a view of another type, `math.exp` of a number) computes with NaN, and what comes
of it differs from what the function returns on plain arrays: so the count knows that numbers have left it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from string import ascii_letters
from threading import get_ident
from typing import Any, TypeVar

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin
from numpy.typing import NDArray

T = TypeVar("T")

_FREE = frozenset(
    {"empty_like", "full_like", "ones_like", "zeros_like", "copy", "copyto", "astype", "byteswap", "fill"}
    | {"array_repr", "array_str", "array2string", "ndim", "shape", "size", "result_type", "can_cast"}
    | {"may_share_memory", "shares_memory", "setflags", "setfield", "real", "imag", "broadcast_arrays"}
    | {"reshape", "ravel", "flatten", "squeeze", "expand_dims", "atleast_1d", "atleast_2d", "atleast_3d"}
    | {"transpose", "permute_dims", "matrix_transpose", "swapaxes", "moveaxis", "rollaxis", "broadcast_to"}
    | {"concatenate", "stack", "hstack", "vstack", "dstack", "column_stack", "block", "append", "insert"}
    | {"split", "array_split", "hsplit", "vsplit", "dsplit", "unstack", "delete", "resize", "meshgrid", "ix_"}
    | {"take", "take_along_axis", "put", "put_along_axis", "compress", "diag", "diagonal", "pad", "tile"}
    | {"repeat", "roll", "flip", "fliplr", "flipud", "rot90", "sliding_window_view"}
)
"""Functions and methods that only make, move or describe numbers."""

_LEAVING = frozenset({"tolist", "item", "tobytes", "tofile", "dump", "dumps", "getfield"})
"""Methods that give away numbers which do not count."""

_UNKNOWN = frozenset(
    {"apply_along_axis", "apply_over_axes", "piecewise", "convolve", "correlate", "cov", "corrcoef"}
    | {"poly", "polyfit", "polymul", "polydiv", "roots"}
)
"""Functions whose work is not known here, as is all of `numpy.linalg` and `numpy.fft`."""

_PYTHONS_OWN = {"__float__": "float", "__int__": "int", "__complex__": "complex"}
"""Methods that give away one of Python's numbers, and how a person asks for it."""

_SHOWN = (
    *("__bool__", "__index__", "__round__", "__copy__", "__deepcopy__"),
    *("__repr__", "__str__", "__format__"),
)
"""Methods for which the numbers themselves are asked, and not the memory of an array."""


class Tally:
    """The running totals of one count."""

    def __init__(self) -> None:
        self.flops = 0
        self.escapes: set[str] = set()
        self._inside: set[int] = set()

    def add_elements(self, *arrays: Any) -> None:
        """Count one operation for each element of the largest array; a tuple of arrays is searched."""
        self.flops += max(map(_size, arrays), default=0)

    @contextmanager
    def numpys_own(self) -> Iterator[None]:
        """Let this thread be inside of NumPy, which makes arrays as well."""
        outermost = get_ident() not in self._inside
        self._inside.add(get_ident())
        try:
            yield
        finally:
            if outermost:
                self._inside.remove(get_ident())

    def made(self, value: Any) -> Any:
        """Return an array that was made: counting, or plain where NumPy itself made it."""
        return value if get_ident() in self._inside else self.counting(value)

    def counting(self, value: Any) -> Any:
        """Return `value` with every array and number of NumPy in it counting here."""
        return _mapped(value, self._counting)

    def _counting(self, value: Any) -> Any:
        result: Any
        if type(value) is np.ndarray:
            own = np.full_like(value, np.nan) if value.dtype.kind in "fc" else value
            result = np.ndarray.view(own, CountingArray)
        elif type(value) in _NUMBERS:
            result = _NUMBERS[type(value)](np.nan)
        else:
            return value
        result.tally, result.held = self, value
        return result


class _Counting:
    """What counting arrays and counting numbers have in common: the tally, and the numbers themselves."""

    tally: Tally = Tally()
    held: Any

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        """Carry out `ufunc` on plain arrays, count it, and return what counts further."""
        out = kwargs.get("out")
        if out is not None and isinstance(out[0], np.generic):  # `number += 1` makes a new number
            out = None
            del kwargs["out"]
        bare = plain(inputs)
        result = getattr(ufunc, method)(*bare, **plain(kwargs))
        if all(kind.startswith("O") for kind in ufunc.types):  # a function of Python for each element
            self.tally.escapes.add("frompyfunc")
        if ufunc.signature is not None and method == "__call__":
            self.tally.flops += 2 * int(np.size(result)) * int(np.shape(bare[0])[-1])
        else:
            self.tally.add_elements(result, *bare)
        if out is not None:
            return out[0] if len(out) == 1 else out
        return self.tally.counting(result)

    def __array_function__(
        self, function: Callable[..., Any], types: Any, args: Any, kwargs: Mapping[str, Any]
    ) -> Any:
        """Run a function of NumPy on plain arrays; count it, or note that its work is not known."""
        return _carried_out(self.tally, function, function.__name__, args, kwargs)


def _carried_out(
    tally: Tally, function: Callable[..., Any], name: str, args: Any, kwargs: Mapping[str, Any]
) -> Any:
    """Run a function on plain arrays; count it, or note that numbers leave the count there.

    Where the result is one of the arguments, such as `out`, it is returned as it came.
    """
    bare, named = plain(args), plain(dict(kwargs))
    with tally.numpys_own():
        result = function(*bare, **named)
    if name in _LEAVING:
        tally.escapes.add(name)
        return result
    if function is np.einsum:
        tally.flops += _einsum_flops(*_with_subscripts(*bare), optimize=named.get("optimize", False))
    elif name in _PRODUCTS:
        tally.flops += _PRODUCTS[name](bare[0], bare[1], result)
    elif name not in _FREE:
        tally.add_elements(result, *(arg for arg in bare if isinstance(arg, np.ndarray)))
        tally.flops += np.size(result) if name == "mean" else 0
        if name in _UNKNOWN or _is_apart(function):
            tally.escapes.add(name)
    given = [*zip(bare, args, strict=True), *((named[each], kwargs[each]) for each in named)]
    again = [came for own, came in given if own is result and isinstance(came, CountingArray)]
    return again[0] if again else tally.counting(result)


def _is_apart(function: Callable[..., Any]) -> bool:
    """Return whether a function is of `numpy.linalg`, `numpy.fft` or another part of NumPy."""
    place = str(getattr(function, "__module__", ""))
    return place.startswith("numpy.") and function is not np.linalg.norm


class CountingArray(_Counting, np.ndarray[Any, Any]):
    """An array that adds what is done with it to a tally."""

    def __array_finalize__(self, source: Any) -> None:
        if isinstance(source, CountingArray):
            self.tally = source.tally

    def __array_wrap__(self, array: Any, context: Any = None, return_scalar: bool = False) -> Any:
        return self.tally.counting(array[()] if return_scalar else array)

    def __getitem__(self, index: Any) -> Any:
        return self.tally.counting(self.held[plain(index)])

    def __setitem__(self, index: Any, value: Any) -> None:
        self.held[plain(index)] = plain(value)

    def __iter__(self) -> Iterator[Any]:
        return (self[place] for place in range(len(self)))

    @property
    def flat(self) -> Any:
        """Return the iterator over all numbers, and note that they escape the count."""
        self.tally.escapes.add("flat")
        return self.held.flat

    def view(self, *args: Any, **kwargs: Any) -> Any:
        """Return a view, and note where it is of a type that does not count."""
        result = self.held.view(*args, **kwargs)
        if type(result) is not np.ndarray:
            self.tally.escapes.add("view")
        return self.tally.counting(result)


class _CountingNumber(_Counting):
    """One number of a counting array; what is computed from it counts as well."""

    def __hash__(self) -> int:
        return hash(self.held)


def _method(name: str) -> Callable[..., Any]:
    """Return a method that counts what the method of the numbers themselves does."""

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        return _carried_out(self.tally, getattr(type(self.held), name), name, (self, *args), kwargs)

    return method


def _as_property(name: str) -> property:
    return property(lambda self: self.tally.counting(getattr(self.held, name)))


def _as_python(name: str) -> Callable[..., Any]:
    """Return a method that asks the numbers themselves, and notes where Python's own come out."""

    def method(self: Any, *args: Any) -> Any:
        if name in _PYTHONS_OWN:
            self.tally.escapes.add(_PYTHONS_OWN[name])
        return self.tally.counting(getattr(self.held, name)(*args))

    return method


def _counts(kind: type[T]) -> type[T]:
    """Give a class everything that arrays can do.

    A number gets the operators of `NDArrayOperatorsMixin`, which all lead to `__array_ufunc__`. As a base
    class the mixin would have to stand first, and NumPy 2.4 crashes when a number whose first base is not one
    of its own is put into an array.
    """
    operators = vars(NDArrayOperatorsMixin) if issubclass(kind, _CountingNumber) else {}
    methods = [name for name in dir(np.ndarray) if name[0] != "_" and callable(getattr(np.ndarray, name))]
    made = {
        **{name: operator for name, operator in operators.items() if callable(operator)},
        **{name: _method(name) for name in methods if hasattr(kind, name)},
        **{name: _as_property(name) for name in ("T", "mT", "real", "imag") if hasattr(kind, name)},
        **{name: _as_python(name) for name in (*_PYTHONS_OWN, *_SHOWN) if hasattr(kind, name)},
    }
    for name, value in made.items():
        if name not in vars(kind):
            setattr(kind, name, value)
    return kind


_counts(CountingArray)


@_counts
class _CountingFloat64(np.float64, _CountingNumber):  # type: ignore[misc]  # a float compares as number does
    pass


@_counts
class _CountingFloat32(np.float32, _CountingNumber):
    pass


@_counts
class _CountingFloat16(np.float16, _CountingNumber):
    pass


_NUMBERS = {np.float64: _CountingFloat64, np.float32: _CountingFloat32, np.float16: _CountingFloat16}


def _mapped(value: Any, change: Callable[[Any], Any]) -> Any:
    """Return `value` with `change` applied to everything inside its tuples, lists and dicts."""
    if type(value) in (tuple, list):
        return type(value)(_mapped(item, change) for item in value)
    if type(value) is dict:
        return {name: _mapped(item, change) for name, item in value.items()}
    return change(value)


def _size(value: Any) -> int:
    if isinstance(value, tuple | list):
        return max(map(_size, value), default=0)
    return 0 if value is None else int(np.size(value))


def copied(value: Any) -> Any:
    """Return `value` with its arrays copied."""
    return _mapped(value, lambda item: item.copy(order="K") if isinstance(item, np.ndarray) else item)


def plain(value: Any) -> Any:
    """Return `value` with every counting array and number in it plain again."""
    return _mapped(value, _plain_item)


def alike(left: Any, right: Any) -> bool:
    """Return whether two results hold the same numbers; what holds none is not compared."""
    if type(left) is not type(right):
        return False
    if type(left) in (tuple, list):
        return len(left) == len(right) and all(map(alike, left, right))
    if type(left) is dict:
        return left.keys() == right.keys() and all(alike(left[name], right[name]) for name in left)
    if not isinstance(left, np.ndarray | np.generic | float) or np.asarray(left).dtype.kind not in "biufc":
        return True
    return np.shape(left) == np.shape(right) and np.allclose(left, right, rtol=1e-4, equal_nan=True)


def _plain_item(value: Any) -> Any:
    if not isinstance(value, _Counting):
        return value
    if "held" in vars(value):
        return value.held
    return np.ndarray.view(value, np.ndarray)  # type: ignore[call-overload]  # NumPy made it by itself, from the memory of another


def _product_flops(left: Any, right: Any, result: Any) -> int:
    """Return the operations of a product without batch axes: sizes m k and k n give m n."""
    if np.ndim(left) == 0 or np.ndim(right) == 0 or np.size(result) == 0:
        return int(np.size(result))
    return 2 * int(np.size(result)) * math.isqrt(np.size(left) * np.size(right) // np.size(result))


_PRODUCTS = dict.fromkeys(("dot", "inner", "vdot", "tensordot"), _product_flops)


def _with_subscripts(*operands: Any) -> tuple[Any, ...]:
    """Return the operands of an `einsum` with a text in front, also where each was followed by a list."""
    if isinstance(operands[0], str):
        return operands
    arrays, lists = operands[: len(operands) // 2 * 2 : 2], operands[1::2]
    terms = ["".join("..." if label is ... else ascii_letters[label] for label in each) for each in lists]
    output = "".join("..." if label is ... else ascii_letters[label] for label in operands[-1])
    return ",".join(terms) + (f"->{output}" if len(operands) % 2 else ""), *arrays


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
