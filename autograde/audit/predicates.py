"""What may be true of one call: the predicates of which regions are made."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from autograde.audit.promise import Kind, Promise
from autograde.audit.trace import Visit

Holds = Callable[[Visit], bool]


def always(visit: Visit) -> bool:
    """Hold for every call."""
    return True


def both(*predicates: Holds) -> Holds:
    """Hold where all of some predicates hold."""
    return lambda visit: all(holds(visit) for holds in predicates)


def any_of(predicates: Iterable[Holds]) -> Holds:
    """Hold where one of some predicates holds."""
    chosen = tuple(predicates)
    return lambda visit: any(holds(visit) for holds in chosen)


def given(*names: str) -> Holds:
    """Hold where keywords have another value than their default."""
    return lambda visit: set(names) <= visit.given


def left_out(name: str) -> Holds:
    """Hold where a keyword has its default."""
    return lambda visit: name not in visit.given


def alone(name: str) -> Holds:
    """Hold where a keyword is the only one."""
    return lambda visit: visit.given == {name}


def mode_is(mode: str) -> Holds:
    """Hold where a function is asked in this way."""
    return lambda visit: visit.mode == mode


def leading_axes(count: int) -> Holds:
    """Hold where so many axes stand in front."""
    return lambda visit: len(visit.leading) == count


def one_among_leading_axes(visit: Visit) -> bool:
    """Hold where a leading axis of size 1 stands beside a larger one."""
    return 1 in visit.leading and any(size > 1 for size in visit.leading)


def two_leading_axes_above_one(visit: Visit) -> bool:
    """Hold where two leading axes are larger than 1."""
    return sum(size > 1 for size in visit.leading) > 1


def in_a_batch(visit: Visit) -> bool:
    """Hold where there is more than one sequence."""
    return visit.batch is not None and visit.batch > 1


def in_a_batch_of_one(visit: Visit) -> bool:
    """Hold where there is an axis for sequences, and one sequence."""
    return visit.batch == 1


def size_is(value: int, *sizes: str) -> Holds:
    """Hold where sizes have this value."""
    return lambda visit: all(visit.sizes.get(size) == value for size in sizes)


def only_size_is(value: int, size: str, sizes: Iterable[str]) -> Holds:
    """Hold where a size has this value and all others are larger."""
    others = [other for other in sizes if other != size]
    return lambda visit: (
        visit.sizes.get(size) == value and all(visit.sizes.get(other, value + 1) > value for other in others)
    )


def size_above(limit: int, *sizes: str) -> Holds:
    """Hold where sizes are larger than a limit."""
    return lambda visit: all(visit.sizes.get(size, 0) > limit for size in sizes)


def any_above(limit: int, sizes: Iterable[str]) -> Holds:
    """Hold where a size is larger than a limit."""
    chosen = tuple(sizes)
    return lambda visit: any(visit.sizes.get(size, 0) > limit for size in chosen)


def all_equal(sizes: Iterable[str]) -> Holds:
    """Hold where all sizes have one value above 1."""
    chosen = tuple(sizes)

    def holds(visit: Visit) -> bool:
        found = {visit.sizes.get(size) for size in chosen}
        return len(found) == 1 and found != {1}

    return holds


def all_below(limit: int, sizes: Iterable[str]) -> Holds:
    """Hold where no size reaches a limit."""
    return lambda visit: all(visit.sizes.get(size, 0) < limit for size in sizes)


def all_alike(names: Iterable[str]) -> Holds:
    """Hold where all arrays that are given hold the same numbers."""
    chosen = tuple(names)

    def holds(visit: Visit) -> bool:
        found = [visit.numbers[name] for name in chosen if name in visit.numbers]
        return found[0].size > 1 and all(np.array_equal(found[0], other) for other in found[1:])

    return holds


def array(name: str, test: Callable[[np.ndarray[Any, Any]], bool]) -> Holds:
    """Hold where an argument is an array that passes a test."""
    return lambda visit: name in visit.numbers and test(visit.numbers[name])


def largest_between(low: float, high: float) -> Callable[[np.ndarray[Any, Any]], bool]:
    """Test whether the largest finite number of an array, without its sign, lies between two numbers."""
    return lambda found: low < np.abs(found[np.isfinite(found)]).max(initial=0.0) < high


def has_zero(found: np.ndarray[Any, Any]) -> bool:
    """Test whether there is a 0."""
    return bool((found == 0).any())


def has_ties(found: np.ndarray[Any, Any]) -> bool:
    """Test whether the largest number of a row occurs twice in it."""
    if found.ndim == 0 or found.size == 0:
        return False
    highest = found == found.max(axis=-1, keepdims=True)
    return bool((highest.sum(axis=-1) > 1).any())


def has_minus_inf(found: np.ndarray[Any, Any]) -> bool:
    """Test whether there is a -inf."""
    return bool(np.isneginf(found).any())


def has_empty_row(found: np.ndarray[Any, Any]) -> bool:
    """Test whether a row of a mask is False throughout."""
    return not found.any(axis=-1).all()


def hides(found: np.ndarray[Any, Any]) -> bool:
    """Test whether a mask hides anything."""
    return not found.all()


def has_axes(count: int) -> Callable[[np.ndarray[Any, Any]], bool]:
    """Test whether an array has so many axes."""
    return lambda found: found.ndim == count


def is_one_row_with_something(found: np.ndarray[Any, Any]) -> bool:
    """Test whether a mask is one row, and something in it is True."""
    return found.ndim == 1 and bool(found.any())


def has_full_axes(count: int) -> Callable[[np.ndarray[Any, Any]], bool]:
    """Test whether an array has so many axes or more, all of them above 1."""
    return lambda found: found.ndim >= count and min(found.shape) > 1


def axis_is_one(place: int) -> Callable[[np.ndarray[Any, Any]], bool]:
    """Test whether an axis, counted from the last as 1, has size 1."""
    return lambda found: found.ndim >= place and found.shape[-place] == 1


def one_in_front(named: int) -> Callable[[np.ndarray[Any, Any]], bool]:
    """Test whether an axis before the last `named` ones has size 1."""
    return lambda found: 1 in found.shape[:-named]


def transposed(name: str) -> Holds:
    """Hold where an argument's axes have another order in memory."""

    def holds(visit: Visit) -> bool:
        value = visit[name]
        if type(value).__module__ == "torch":
            return not value.is_contiguous()
        return getattr(value, "ndim", 0) > 1 and not value.flags.c_contiguous

    return holds


def in_dtype(promise: Promise, dtype: str) -> Holds:
    """Hold where an array of numbers has this dtype."""

    def holds(visit: Visit) -> bool:
        values = [visit[each.name] for each in promise.of_kind(Kind.NUMBERS)]
        values += [block for each in promise.of_kind(Kind.ITERABLE) for block in visit[each.name][:1]]
        return any(str(getattr(value, "dtype", "")).removeprefix("torch.") == dtype for value in values)

    return holds


def is_array(name: str) -> Holds:
    """Hold where an argument is an array."""
    return lambda visit: hasattr(visit[name], "shape")


def is_list(name: str) -> Holds:
    """Hold where an argument is a list."""
    return lambda visit: isinstance(visit[name], list | tuple) and visit.mode != "once"


def items(name: str, test: Callable[[int], bool]) -> Holds:
    """Hold where the number of items of an argument passes a test."""
    return lambda visit: test(len(visit[name]))


def number(name: str, test: Callable[[float], bool]) -> Holds:
    """Hold where an argument is a number that passes a test."""
    return lambda visit: visit[name] is not None and test(visit[name])


def equals(name: str, value: object) -> Holds:
    """Hold where an argument has this value."""
    return lambda visit: bool(visit[name] == value)


def not_none(name: str) -> Holds:
    """Hold where an argument is something."""
    return lambda visit: visit[name] is not None


def turn(count: int) -> Holds:
    """Hold from this call on an object on."""
    return lambda visit: visit.turn >= count


def in_evaluation(visit: Visit) -> bool:
    """Hold where a module is in evaluation mode, which changes nothing but what is random in training."""
    return visit.evaluates


def another_size(sizes: Iterable[str]) -> Holds:
    """Hold where a size differs from that in the call before, on the same object."""
    chosen = tuple(sizes)

    def holds(visit: Visit) -> bool:
        before = visit.before.sizes if visit.before else {}
        return any(size in before and before[size] != visit.sizes.get(size) for size in chosen)

    return holds
