"""Names the mistake behind a wrong answer.

A misconception explains a submission when it gives the same answers to every question that the
submission was asked, right and wrong ones. Where several do, further inputs are drawn until one is left.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograde.call import Call, Remote, Target, perform
from autograde.course.answer import KnownAnswer
from autograde.course.course import Course
from autograde.draw import Draw
from autograde.exercise import Check, Exercise, Learner
from autograde.record import Recorded, Recorder, copied
from autograde.sandbox.failure import SubmissionFailure
from autograde.sandbox.session import Session
from autograde.verdict import Verdict

TOLERANCE = 1e-6
"""How closely, relative to the largest number, a misconception must reproduce float64 answers."""

SEPARATING_DRAWS = 4
"""How many further draws may tell two misconceptions apart."""

SMALLEST_SIZES = range(1, 6)
"""The sizes of an axis that are tried to describe where a wrong answer begins."""


@dataclass(frozen=True)
class Diagnosis:
    """What is wrong: the name of a misconception, or None where only a description was found."""

    name: str | None
    sentence: str


Evidence = tuple[Check, Verdict, list[Recorded]]


def diagnose_exercise(
    course: Course, exercise: Exercise, evidence: Sequence[Evidence], session: Session
) -> dict[str, Diagnosis]:
    """Return a diagnosis for each check that was not accepted, by the check's name.

    One misconception that explains all answers is named everywhere. Otherwise each check is explained
    for itself, and where none explains it the smallest input that fails is described.
    """
    wrong = [item for item in evidence if item[1] in (Verdict.WRONG_ANSWER, Verdict.RUN_TIME_ERROR)]
    if not wrong:
        return {}
    known = course.misconceptions(exercise.id)
    everything = [recorded for _, _, answers in evidence for recorded in answers]
    found = [each for each in known if explains(course, exercise, each, everything)]
    if len(found) > 1:
        found = _separate(course, exercise, found, evidence, session)
    if len(found) == 1:
        return {check.name: Diagnosis(found[0].name, found[0].sentence) for check, _, _ in wrong}
    diagnoses: dict[str, Diagnosis] = {}
    for check, verdict, answers in wrong:
        alone = [] if found else [each for each in known if explains(course, exercise, each, answers)]
        if len(alone) == 1:
            diagnoses[check.name] = Diagnosis(alone[0].name, alone[0].sentence)
        elif verdict is Verdict.WRONG_ANSWER and (
            shapes := _smallest_failing(course, exercise, answers, session)
        ):
            diagnoses[check.name] = Diagnosis(None, f"It already fails for {shapes}.")
    return diagnoses


def explains(course: Course, exercise: Exercise, known: KnownAnswer, answers: Sequence[Recorded]) -> bool:
    """Return whether `known` gives the submission's answer to every question, and there is one."""
    replay = _Replay(course.answer(exercise, known))
    compared = 0
    for recorded in answers:
        if not recorded.replayable:
            continue
        if not replay.agrees(recorded):
            return False
        compared += 1
    return compared > 0


def blame(exercise: Exercise, at_fault: Sequence[Exercise], *, complete: bool) -> str:
    """Return the sentence for an exercise that is right once earlier functions are replaced."""
    name = exercise.target.name
    state = "is right" if complete else "was judged without your earlier functions"
    if not at_fault:
        return f"{name} {state}; what it calls from earlier exercises does not work together with it."
    those = " and ".join(f"{each.target.name} ({each.id})" for each in at_fault)
    return f"{name} {state}; your {those} {'is' if len(at_fault) == 1 else 'are'} not."


class _Replay:
    """Asks a known answer the questions that a submission was asked, in the same order."""

    def __init__(self, ask: Callable[[Call], Any]) -> None:
        self._ask = ask
        self._objects: dict[str, Any] = {}

    def agrees(self, recorded: Recorded) -> bool:
        """Return whether the known answer answers alike; an error counts by its type and text."""
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                value = self._perform(recorded.call)
        except Exception as error:
            text = f"{type(error).__name__}: {error}"
            return recorded.failure is not None and recorded.failure.message.startswith(text[:200])
        if recorded.failure is not None:
            return False
        return self._same(recorded.value, value)

    def _perform(self, call: Call) -> Any:
        args = copied(tuple(self._lift(arg) for arg in call.args))
        kwargs = {name: self._lift(arg) for name, arg in call.kwargs.items()}
        own = replace(call, args=args, kwargs=kwargs)
        return perform(own, self._resolve) if call.target.kept else self._ask(own)

    def _resolve(self, target: Target) -> Any:
        return target.within(self._objects[target.holder])

    def _lift(self, value: Any) -> Any:
        return self._objects[value.handle] if isinstance(value, Remote) else value

    def _same(self, theirs: Any, ours: Any) -> bool:
        if isinstance(theirs, Remote):
            self._objects[theirs.handle] = ours
            return True
        if isinstance(theirs, tuple | list):
            pair = isinstance(ours, tuple | list) and len(theirs) == len(ours)
            return pair and all(map(self._same, theirs, ours))
        if isinstance(theirs, dict):
            same_keys = isinstance(ours, dict) and theirs.keys() == ours.keys()
            return same_keys and all(self._same(theirs[key], ours[key]) for key in theirs)
        return same_value(theirs, ours)


def same_value(left: Any, right: Any) -> bool:
    """Return whether two answers are the same up to rounding."""
    if type(left).__module__ == "torch" or type(right).__module__ == "torch":
        if type(left).__module__ != type(right).__module__ or left.dtype != right.dtype:
            return False
        tolerance = {8: TOLERANCE, 4: 1e-4}.get(left.dtype.itemsize, 1e-2)
        left, right = left.detach().cpu().double().numpy(), right.detach().cpu().double().numpy()
    elif isinstance(left, np.ndarray | np.generic | float | int) and not isinstance(left, bool):
        if isinstance(right, bool) or not isinstance(right, np.ndarray | np.generic | float | int):
            return False
        left, right = np.asarray(left), np.asarray(right)
        single = {left.dtype, right.dtype} & {np.dtype(np.float32)}
        tolerance = 1e-4 if single else TOLERANCE
    else:
        return type(left) is type(right) and bool(left == right)
    if left.shape != right.shape or (left.dtype.kind == "b") != (right.dtype.kind == "b"):
        return False
    if "O" in left.dtype.kind + right.dtype.kind:  # a whole number too large for 64 bits
        return bool((left == right).all())
    if "f" not in left.dtype.kind + right.dtype.kind:
        return bool(np.array_equal(left, right))
    left, right = left.astype(np.float64), right.astype(np.float64)
    scale = float(np.abs(right[np.isfinite(right)]).max(initial=0.0))
    return bool(np.allclose(left, right, rtol=tolerance, atol=tolerance * scale, equal_nan=True))


def _separate(
    course: Course,
    exercise: Exercise,
    candidates: list[KnownAnswer],
    evidence: Sequence[Evidence],
    session: Session,
) -> list[KnownAnswer]:
    """Ask the submission the same checks with other draws until at most one candidate explains it."""
    for number in range(SEPARATING_DRAWS):
        for check, _, _ in evidence:
            if session.ended:
                return candidates
            asked = Recorder(session)
            draw = Draw(course.secret, exercise.id, check.name, str(number))
            with contextlib.suppress(Exception):
                check.run(Learner(exercise.target.holder, asked), draw)
            answers = asked.recorded
            candidates = [
                each for each in candidates if not answers or explains(course, exercise, each, answers)
            ]
            if len(candidates) <= 1:
                return candidates
    return candidates


def _smallest_failing(
    course: Course, exercise: Exercise, answers: Sequence[Recorded], session: Session
) -> str | None:
    """Shrink the inputs of the first wrong answer, size by size; describe the smallest that still fails.

    Axes of one size are taken to be the same dimension, and are cut together.
    """
    reference = course.answer(exercise)
    for recorded in answers:
        arrays = [arg for arg in recorded.call.args if isinstance(arg, np.ndarray) and arg.ndim]
        plain = recorded.call.mode == "value" and recorded.failure is None and recorded.replayable
        if not plain or not arrays or len(arrays) != len(recorded.call.args) or recorded.call.kwargs:
            continue
        if _differs(reference, session, recorded.call) is not True:
            continue
        call = recorded.call
        for size in sorted({size for array in arrays for size in array.shape}, reverse=True):
            for smaller in SMALLEST_SIZES[: size - 1]:
                cut = replace(call, args=tuple(_cut(arg, size, smaller) for arg in call.args))
                if _differs(reference, session, cut):
                    call = cut
                    break
        shapes = " and ".join(str(arg.shape) for arg in call.args)
        return f"inputs of shape {shapes}" if len(arrays) > 1 else f"an input of shape {shapes}"
    return None


def _differs(reference: Callable[[Call], Any], session: Session, call: Call) -> bool | None:
    """Return whether the submission is wrong here; None where it or the reference cannot answer."""
    if session.ended:
        return None
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            expected = reference(replace(call, args=copied(call.args)))
    except Exception:
        return None
    if _has_nan(expected):  # too small for what the docstring asks
        return None
    try:
        return not _Replay(lambda _: expected)._same(session.call(call), expected)
    except SubmissionFailure as failure:
        return True if failure.verdict is Verdict.RUN_TIME_ERROR else None


def _has_nan(value: Any) -> bool:
    if isinstance(value, tuple | list):
        return any(map(_has_nan, value))
    return isinstance(value, float | np.ndarray | np.floating) and bool(np.isnan(value).any())


def _cut(array: np.ndarray[Any, Any], size: int, smaller: int) -> np.ndarray[Any, Any]:
    return array[tuple(slice(smaller) if length == size else slice(None) for length in array.shape)]
