"""Whether a check compares an answer: the check runs again on the same answers, of which one is spoilt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from autograde.audit.promise import numbers
from autograde.audit.trace import Answered, run
from autograde.call import PLAIN_MODES, Remote
from autograde.course.course import Course
from autograde.exercise import Exercise

MOST_PARTS = 8
"""A longer list is one part of an answer."""

COUNT_FACTOR = 4
"""A spoilt count, such as that of operations, is so many times as large."""

Path = tuple[Any, ...]
Leaf = tuple[Path, Any]


class Spoiler:
    """Tells what the checks of an exercise compare, from their calls under one secret."""

    def __init__(
        self, course: Course, exercise: Exercise, traced: Mapping[str, list[Answered]], secret: str
    ) -> None:
        self._checks = {check.name: check for check in course.hidden(exercise.id).checks}
        self._exercise, self._traced, self._secret = exercise, traced, secret
        self._known: dict[tuple[str, int, str], bool] = {}

    def compares(self, check: str, index: int, aspect: str) -> bool:
        """Return whether the answer to a check's call of this index is compared in one aspect.

        Args:
            check: the name of the check.
            index: which of its calls, from 0.
            aspect: "value", "part 2" of it, its "dtype"; "arguments" or "argument x" after the call;
                "gradients" or "gradient x"; "counts", whatever else an instrument says.
        """
        key = check, index, aspect
        if key not in self._known:
            spoilt = _spoilt(self._traced[check][index], aspect)
            self._known[key] = any(self._rejects(check, index, answer) for answer in spoilt)
        return self._known[key]

    def _rejects(self, check: str, index: int, spoilt: Any) -> bool:
        answers = [each.answer for each in self._traced[check]]
        answers[index] = spoilt
        rest = iter(answers)
        try:
            run(self._checks[check], self._exercise, lambda _: next(rest), self._secret)
        except Exception:
            return True
        return False


def parts(answered: Answered) -> list[str]:
    """Return the parts of which the value of an answer consists, such as [0] and [1]."""
    return ["".join(f"[{key!r}]" for key in path) for path, _ in _leaves(*_value(answered))]


def _spoilt(answered: Answered, aspect: str) -> Iterator[Any]:
    """Yield the answer, spoilt in one place each time."""
    kind, _, which = aspect.partition(" ")
    if kind in ("value", "part", "dtype"):
        leaves = list(_leaves(*_value(answered)))
        chosen = leaves[int(which) - 1 : int(which)] if which else leaves
    elif kind in ("argument", "arguments"):
        chosen = [leaf for name, leaf in _arguments(answered) if which in ("", name)]
    elif kind in ("gradient", "gradients"):
        chosen = [leaf for name, leaf in _gradients(answered) if which in ("", name)]
    else:
        named = answered.answer.items() if isinstance(answered.answer, dict) else ()
        chosen = [((name,), value) for name, value in named if name not in ("value", "gradients")]
    change = {"dtype": _other_dtype, "counts": _multiplied}.get(kind, _moved)
    for path, leaf in chosen:
        changed = change(leaf)
        if changed is not None:
            yield _put(answered.answer, path, changed)


def _value(answered: Answered) -> tuple[Any, Path]:
    """Return the value of the function in an answer, and where it stands."""
    mode, answer = answered.call.mode, answered.answer
    if mode in ("value", "once"):
        return answer, ()
    key = 0 if mode in PLAIN_MODES else "value"
    return (answer[key] if key == 0 else answer.get(key)), (key,)


def _leaves(value: Any, path: Path) -> Iterator[Leaf]:
    """Yield the parts of a value, and where they stand."""
    if isinstance(value, tuple | list | dict) and 0 < len(value) <= MOST_PARTS:
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _leaves(item, (*path, key))
    elif value is not None and not isinstance(value, Remote):
        yield path, value


def _arguments(answered: Answered) -> Iterator[tuple[str, Leaf]]:
    """Yield the arguments as the call left them, by name."""
    if answered.call.mode != "arguments" or answered.visit is None:
        return
    _, args, kwargs = answered.answer
    places = [((1, place), value) for place, value in enumerate(args)]
    named = [*zip(answered.visit.arguments, places, strict=False)]
    named += [(name, ((2, name), value)) for name, value in kwargs.items()]
    for name, (path, value) in named:
        yield from ((name, leaf) for leaf in _leaves(value, path))


def _gradients(answered: Answered) -> Iterator[tuple[str, Leaf]]:
    """Yield the gradients in an answer: of parameters, or of the tensors among the arguments."""
    mode, answer = answered.call.mode, answered.answer
    if mode == "parameter_gradients":
        yield from ((name, ((1, name), value)) for name, value in answer[1].items())
    elif mode == "gradients" and answered.visit is not None:
        by_place = list(answered.visit.arguments.items())[: len(answered.call.args)]
        names = [name for name, value in by_place if _is_differentiable(value)]
        for place, (name, value) in enumerate(zip(names, answer[1], strict=False)):
            if value is not None:
                yield name, ((1, place), value)


def _is_differentiable(value: Any) -> bool:
    return type(value).__module__ == "torch" and bool(value.is_floating_point())


def _put(answer: Any, path: Path, value: Any) -> Any:
    """Return the answer with another value in one place."""
    if not path:
        return value
    first, *rest = path
    changed = _put(answer[first], tuple(rest), value)
    if isinstance(answer, dict):
        return answer | {first: changed}
    return type(answer)([*answer[:first], changed, *answer[first + 1 :]])


def _multiplied(value: Any) -> Any:
    """Return a count that is larger; whatever else is moved."""
    return (value or 1) * COUNT_FACTOR if type(value) in (int, float) else _moved(value)


def _moved(value: Any) -> Any:
    """Return a value of which one number is off by a tenth of the largest; None where there is none."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        return value + "?"
    if isinstance(value, list | tuple):
        return type(value)([*value[:-1], _moved(value[-1])]) if value else None
    if type(value).__module__ == "torch":
        import torch

        moved = _moved(numbers(value))
        return None if moved is None else torch.from_numpy(moved).to(value.dtype)
    array = np.array(value)
    if array.size == 0 or array.dtype.kind not in "biuf":
        return None
    array[(-1,) * array.ndim] = _moved_number(array)
    return array if isinstance(value, np.ndarray) else array[()].item()


def _moved_number(array: np.ndarray[Any, Any]) -> Any:
    last = array[(-1,) * array.ndim]
    if array.dtype.kind != "f":
        return last + 1 if array.dtype.kind in "iu" else not last
    largest = float(np.abs(array[np.isfinite(array)]).max(initial=0.0))
    return (last if np.isfinite(last) else 0.0) + (largest / 10 or 1.0)


def _other_dtype(value: Any) -> Any:
    """Return the same numbers in another width; None for what has no width."""
    if not hasattr(value, "dtype"):
        return None
    if type(value).__module__ == "torch":
        import torch

        return value.to(torch.float32 if value.dtype == torch.float64 else torch.float64)
    return value.astype(np.float32 if value.dtype == np.float64 else np.float64)
