"""What hidden checks ask, seen with the reference as the submission: no sandbox, no other code runs."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from autograde.audit.promise import Kind, Promise, bound_sizes, numbers
from autograde.call import Call, Remote, Target, instrument, perform
from autograde.course.course import Course
from autograde.draw import Draw
from autograde.errors import AutogradeError, explain
from autograde.exercise import Check, Exercise, Learner
from autograde.instruments.place import Place
from autograde.wire import decode, encode

LIMITED = "limited"
"""The mode of a call with limits of its own, as a predicate sees it."""


@dataclass(frozen=True)
class Visit:
    """One call of one function, as the predicate of a region sees it. `visit["x"]` is an argument.

    Args:
        arguments: by name, with the defaults of those that were left out.
        given: the names of keywords with another value than their default.
        sizes: of each axis that the docstring names, and each whole number.
        leading: the sizes of the axes that "..." stands for; the longest of all arguments.
        mode: how the function was asked: "value", "arguments", "gradients", "limited" or an instrument.
        turn: the how-manieth call of this method on its object.
        before: the call before it, on the same object.
        evaluates: whether the object is a module in evaluation mode.
    """

    arguments: Mapping[str, Any]
    given: frozenset[str]
    sizes: Mapping[str, int]
    leading: tuple[int, ...]
    mode: str = "value"
    turn: int = 1
    before: Visit | None = None
    evaluates: bool = False

    def __getitem__(self, name: str) -> Any:
        return self.arguments[name]

    @cached_property
    def numbers(self) -> dict[str, np.ndarray[Any, Any]]:
        """Return the arguments that hold numbers, as arrays in this process."""
        found = {name: numbers(value) for name, value in self.arguments.items()}
        return {name: array for name, array in found.items() if array is not None}

    @property
    def batch(self) -> int | None:
        """Return how many sequences there are, where there is an axis for them."""
        if self.leading:
            return int(np.prod(self.leading))
        return self.sizes.get("batch")


@dataclass(frozen=True)
class Answered:
    """One call of a check, and the reference's answer as the check got it.

    `function` is the name of what was called, "" where it is none of the exercise's; `visit` its view.
    """

    call: Call
    answer: Any
    function: str
    visit: Visit | None


@dataclass
class _Kept:
    """An object that stays here, with the whole numbers it was made with and its calls so far."""

    value: Any
    sizes: Mapping[str, int] = field(default_factory=dict)
    turns: dict[str, int] = field(default_factory=dict)
    last: Visit | None = None

    @property
    def name(self) -> str:
        return type(self.value).__name__


class Reference:
    """Answers calls with the reference, as a worker would answer them, and notes each of them."""

    def __init__(self, course: Course, exercise: Exercise, promised: Mapping[str, Promise]) -> None:
        self._ask = course.answer(exercise)
        self._promised = promised
        self._kept: list[_Kept] = []
        self.answered: list[Answered] = []

    def __call__(self, call: Call) -> Any:
        """Return the answer; what cannot travel stays here and is named."""
        function, visit = self._seen(call)
        known = len(self._kept)
        answer = self._perform(call)
        for kept in self._kept[known:]:
            kept.sizes = _made_with(kept, call)
        self.answered.append(Answered(call, answer, function, visit))
        return answer

    def _perform(self, call: Call) -> Any:
        observed = instrument(call.mode)
        if observed is not None and observed.PLACE is Place.COMPILER:
            return {"launches": [], "errors": {}, "unavailable": "nothing is compiled in an audit"}
        args, kwargs, options = self._there([call.args, dict(call.kwargs), dict(call.options)])
        own = replace(call, args=args, kwargs=kwargs, options=options)
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            answer = perform(own, self._resolve) if call.target.kept else self._ask(own)
        return _travelled(answer, self._keep, Remote)

    def _there(self, value: Any) -> Any:
        return _travelled(value, lambda remote: (remote.handle, remote.type_name), self._fetch)

    def _keep(self, value: object) -> tuple[str, str]:
        self._kept.append(_Kept(value))
        return f"#{len(self._kept) - 1}", type(value).__name__

    def _fetch(self, handle: str, type_name: str) -> Any:
        return self._kept[int(handle[1:])].value

    def _resolve(self, target: Target) -> Any:
        return target.within(self._fetch(target.holder, ""))

    def _seen(self, call: Call) -> tuple[str, Visit | None]:
        """Return the name of the function that is called, and how a predicate sees the call."""
        kept = self._kept[int(call.target.holder[1:])] if call.target.kept else None
        names = call.target.names if kept is None else (kept.name, *(call.target.names or ("forward",)))
        function = ".".join(names)
        promise = self._promised.get(function)
        if promise is None:
            return "", None
        if kept is None:
            return function, view(promise, call)
        turn = kept.turns[function] = kept.turns.get(function, 0) + 1
        before = kept.last and replace(kept.last, before=None)
        evaluates = getattr(kept.value, "training", True) is False
        kept.last = replace(view(promise, call, kept.sizes), turn=turn, before=before, evaluates=evaluates)
        return function, kept.last


def view(promise: Promise, call: Call, known: Mapping[str, int] | None = None) -> Visit:
    """Return how a predicate sees a call; `known` are the whole numbers that its object was made with."""
    bound = promise.signature.bind(*call.args, **call.kwargs)
    bound.apply_defaults()
    arguments, sizes = bound.arguments, dict(known or {})
    leading: tuple[int, ...] = ()
    for parameter in promise.parameters:
        value = arguments[parameter.name]
        if parameter.kind is Kind.SIZE and isinstance(value, int):
            sizes[parameter.name] = value
        array = value[0] if isinstance(value, list | tuple) and value else value
        if parameter.kind is not Kind.MASK and hasattr(array, "shape"):
            found, front = bound_sizes(parameter.axes, tuple(array.shape))
            sizes |= found
            leading = max(leading, front, key=len)
    given = frozenset(each.name for each in promise.keywords if not _same(arguments[each.name], each.default))
    limited = call.limited or call.mode == "outside"
    return Visit(arguments, given, sizes, leading, LIMITED if limited else call.mode)


def trace(
    course: Course, exercise: Exercise, promised: Mapping[str, Promise], secret: str
) -> dict[str, list[Answered]]:
    """Return the calls of each hidden check with the reference, by the name of the check.

    Raises:
        AutogradeError: the reference fails one of them.
    """
    if exercise.packages != "numpy":
        from autograde.instruments import pretend_device

        pretend_device.device()  # torch has to know it before the first gradient
    found = {}
    for check in course.hidden(exercise.id).checks:
        reference = Reference(course, exercise, promised)
        try:
            run(check, exercise, reference, secret)
        except Exception as error:
            problem = f"{type(error).__name__}: {error}"
            raise AutogradeError(
                explain(f"{exercise.id} {check.name}", "the reference accepted", problem)
            ) from error
        found[check.name] = reference.answered
    return found


def run(check: Check, exercise: Exercise, ask: Callable[[Call], Any], secret: str) -> None:
    """Run a check as the judge does, with the inputs that a secret draws; raises what the check raises."""
    check.run(Learner(exercise.target.holder, ask), Draw(secret, exercise.id, check.name, ""))


def _travelled(
    value: Any, keep: Callable[[Any], tuple[str, str]], fetch: Callable[[str, str], object]
) -> Any:
    """Return a value as it is at the other end of the wire."""
    node, buffers = encode(value, keep)
    return decode(node, bytearray(b"".join(buffers)), fetch, tensors=True)


def _made_with(kept: _Kept, call: Call) -> dict[str, int]:
    """Return the whole numbers with which an object was made, by name."""
    if call.target.kept or call.target.name != kept.name:
        return {}
    bound = inspect.signature(type(kept.value)).bind(*call.args, **call.kwargs)
    bound.apply_defaults()
    return {name: value for name, value in bound.arguments.items() if type(value) is int}


def _same(left: Any, right: Any) -> bool:
    return left is right or (not hasattr(left, "shape") and type(left) is type(right) and bool(left == right))
