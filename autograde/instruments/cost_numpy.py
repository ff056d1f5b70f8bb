"""Counts what a NumPy function costs: arithmetic operations and peak memory, as whole numbers.

Conventions:
- A matrix product of (m, k) and (k, n) counts 2 m k n: one multiplication and one addition each.
- Any other operation (a sum, an exponential, a comparison, `where`) counts one for each element
  of its largest operand or result. Copying, indexing and reshaping count nothing.
- `peak_bytes` is the most memory that was held at once beyond the arguments, the result included.

The function runs three times: as it is, on arrays that count, and as it is while `tracemalloc` looks on.
Where the second run ends otherwise than the first, numbers have left the count, and `escapes` says so. So it
does of other threads: they count, but what one of them reads past the protocols nobody sees.
Whoever wants to can hide work from this count, so it is advice: a check also asks the kernel, from outside
the process (`learner.f.measured`).
"""

from __future__ import annotations

import gc
import tracemalloc
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograde.instruments.counting import Tally, alike, copied, plain
from autograde.instruments.place import Place
from autograde.instruments.threads import noting_threads

PLACE, NEEDS = Place.WORKER, "numpy"

_CONSTRUCTORS = (
    *("array", "asarray", "asanyarray", "ascontiguousarray", "asfortranarray", "fromiter"),
    *("zeros", "ones", "full", "empty", "eye", "identity", "tri", "arange", "linspace"),
)
"""Functions of NumPy that give plain arrays; during a count they give counting ones."""


@dataclass(frozen=True)
class Cost:
    """What one call cost.

    Args:
        value: what the function returned.
        flops: arithmetic operations, by the conventions of this module.
        peak_bytes: the most memory held at once, the arguments not counted.
        escapes: the ways in which numbers left the count, sorted: "tolist", or "memory" where they were read
            from an array's memory.
    """

    value: Any
    flops: int
    peak_bytes: int
    escapes: tuple[str, ...]


def count(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Cost:
    """Return what `function(*args, **kwargs)` costs. The arguments stay as they are."""
    value = function(*copied(args), **copied(kwargs))
    tally = Tally()
    try:
        with noting_threads(tally.escapes, by_clock=False), _counting_constructors(tally), _silence():
            counted = plain(function(*tally.counting(copied(args)), **tally.counting(copied(kwargs))))
    except Exception:  # what works on plain arrays fails where an array's memory holds no numbers
        tally.escapes.add("memory")
    else:
        tally.escapes |= set() if alike(counted, value) else {"memory"}
    peak_bytes = _peak_bytes(function, copied(args), copied(kwargs))
    return Cost(value, tally.flops, peak_bytes, tuple(sorted(tally.escapes)))


def perform(function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Answer `learner.f.observed("cost_numpy", ...)` with the fields of `Cost`."""
    cost = count(function, *args, **kwargs)
    return {
        "value": cost.value,
        "flops": cost.flops,
        "peak_bytes": cost.peak_bytes,
        "escapes": list(cost.escapes),
    }


@contextmanager
def _silence() -> Iterator[None]:
    """Let nobody hear of the NaN that stands in for numbers."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextmanager
def _counting_constructors(tally: Tally) -> Iterator[None]:
    """Let `np.asarray`, `np.zeros` and their like return counting arrays.

    Otherwise a right solution that turns its arguments into arrays would not be counted at all.
    """

    def counting(constructor: Callable[..., Any]) -> Callable[..., Any]:
        def made(*args: Any, **kwargs: Any) -> Any:
            if constructor is constructors["fromiter"]:
                args = list(args[0]), *args[1:]
            return tally.made(constructor(*plain(args), **plain(kwargs)))

        return made

    constructors = {name: getattr(np, name) for name in _CONSTRUCTORS}
    for name, constructor in constructors.items():
        setattr(np, name, counting(constructor))
    try:
        yield
    finally:
        for name, constructor in constructors.items():
            setattr(np, name, constructor)


def _peak_bytes(function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> int:
    """Return the most memory that the call holds at once, in bytes."""
    collects = gc.isenabled()
    gc.disable()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        function(*args, **kwargs)
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
        if collects:
            gc.enable()
