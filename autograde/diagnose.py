"""Names the mistake behind a wrong answer.

A misconception is put to the same checks, with the same draws, as the submission. It is named on a check
only where it fails the check itself, by the answers of the submission, and where what it does wrong is
far larger than what is left between the two. No name is better than a false one.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograde.call import Call, Remote
from autograde.compare import VALUE, Mismatch, distance, host
from autograde.course.answer import KnownAnswer
from autograde.course.course import Course
from autograde.draw import Draw
from autograde.exercise import Check, Exercise
from autograde.here import Here
from autograde.record import Answers, Recorded, Trial, put, quiet
from autograde.sandbox.failure import SandboxFailure, SubmissionFailure
from autograde.sandbox.session import Session
from autograde.smallest import smallest_failing
from autograde.verdict import Verdict

FAR_SMALLER = 0.01
"""A submission is this much closer to a misconception than the misconception is to what is right."""

SMALLEST_MASK = 8
"""So many bools, not all alike, are a pattern."""

SEPARATING_DRAWS = 4
"""How many further draws may tell two misconceptions apart."""


DrawFor = Callable[[Check, str], Draw]  # the draw of a check; the text makes it another one


@dataclass(frozen=True)
class Diagnosis:
    """What is wrong: the name of a misconception, or None where only a description was found."""

    name: str | None
    sentence: str


def diagnose_exercise(
    course: Course, exercise: Exercise, trials: Sequence[Trial], session: Session, draw: DrawFor
) -> dict[str, Diagnosis]:
    """Return a diagnosis for each check that was not accepted, by the check's name.

    Where no misconception can be named, the smallest input that fails is described.
    """
    with quiet():
        names = _names(course, exercise, trials, session, draw)
        found = {check: Diagnosis(known.name, known.sentence) for check, known in names.items()}
        reference = Here(course.answer(exercise)).call
        for trial in trials:
            named = trial.check.name in found or trial.check.precision  # cut, its numbers need other digits
            if not named and isinstance(trial.problem, Mismatch):
                shapes = smallest_failing(reference, session, trial.answers, trial.problem)
                if shapes:
                    found[trial.check.name] = Diagnosis(None, f"It already fails for {shapes}.")
    return found


def blame(exercise: Exercise, at_fault: Sequence[Exercise], *, complete: bool) -> str:
    """Return the sentence for an exercise that is right once earlier functions are replaced."""
    name = exercise.target.name
    state = "is right" if complete else "was judged without your earlier functions"
    if not at_fault:
        return f"{name} {state}; what it calls from earlier exercises does not work together with it."
    those = " and ".join(f"{each.target.name} ({each.id})" for each in at_fault)
    return f"{name} {state}; your {those} {'is' if len(at_fault) == 1 else 'are'} not."


def _names(
    course: Course, exercise: Exercise, trials: Sequence[Trial], session: Session, draw: DrawFor
) -> dict[str, KnownAnswer]:
    """Return the misconception behind each wrong check that has one, by the check's name."""
    open_to = [trial for trial in trials if _is_comparable(trial)]
    if not any(trial.problem for trial in open_to):
        return {}
    suspects = [_Suspect(course, exercise, known, draw) for known in course.misconceptions(exercise.id)]
    likely = [each for each in suspects if each.is_likely(open_to)]
    names: dict[str, KnownAnswer] = {}
    for trial in open_to:
        behind = [each for each in likely if trial.check.name in each.agrees]
        most = max((len(each.agrees) for each in behind), default=0)
        best = [each for each in behind if len(each.agrees) == most]
        if len(best) > 1:
            best = [each for each in best if trial.check.name in each.agrees_whole] or best
        if len(best) > 1:
            best = _separated(best, open_to, exercise, session, draw)
        if len(best) == 1:
            names[trial.check.name] = best[0].known
    return names


def _is_comparable(trial: Trial) -> bool:
    """Whether a misconception can be put to the same check in this process."""
    if not trial.answers or not all(recorded.kept for recorded in trial.answers):
        return False
    if isinstance(trial.problem, SubmissionFailure):
        return trial.problem.verdict is Verdict.RUN_TIME_ERROR
    return not isinstance(trial.problem, SandboxFailure)


class _Suspect:
    """A misconception, and the checks on which the submission behaves like it."""

    def __init__(self, course: Course, exercise: Exercise, known: KnownAnswer, draw: DrawFor) -> None:
        self.known = known
        self._ask = course.answer(exercise, known)
        self._module = exercise.target.holder
        self._draw = draw
        self.agrees: set[str] = set()
        self.agrees_whole: set[str] = set()
        """On these also in what was returned beside the numbers that were compared."""

    def put(self, check: Check, number: str = "") -> Trial:
        """Put a check to the misconception."""
        return put(check, self._module, Here(self._ask), self._draw(check, number))

    def follows(self, theirs: Trial, number: str = "") -> bool:
        """Return whether it fails a check by the answers of the submission."""
        if self._answers_otherwise(theirs):
            return False
        following = _Following(Here(self._ask), theirs)
        ours = put(theirs.check, self._module, following, self._draw(theirs.check, number))
        same = _same_fault(theirs, ours)
        if same and following.is_whole:
            self.agrees_whole.add(theirs.check.name)
        return same

    def _answers_otherwise(self, theirs: Trial) -> bool:
        """Whether it answers a question otherwise: then the check need not be put to it.

        A check draws its inputs and knows what is right, which takes longer than to be asked the same.
        """
        again = _Again(self._ask)
        try:
            return any(again.differs(recorded, theirs) for recorded in _most_telling_first(theirs.answers))
        except SandboxFailure:
            return False

    def is_likely(self, trials: Sequence[Trial]) -> bool:
        """Find the checks on which it behaves like the submission; return whether nothing speaks against it.

        Against it is every check that only one of them fails, or both in different ways. Where the answers
        that agree tell much, the submission may have further mistakes, of another kind: on a check that the
        misconception passes anything but other numbers, on one that it fails what hides numbers.
        """
        for trial in sorted(trials, key=lambda trial: (not _is_plain(trial.problem), len(trial.answers))):
            if trial.problem and self.follows(trial):
                self.agrees.add(trial.check.name)
            elif _is_plain(trial.problem):  # it speaks against it, whatever the others do
                return False
        others = [trial for trial in trials if trial.check.name not in self.agrees]
        agreeing = [trial for trial in trials if trial.check.name in self.agrees]
        if any(_is_telling(trial.problem) for trial in agreeing):
            return all((_hides if self._fails(trial) else _is_apart)(trial.problem) for trial in others)
        return bool(agreeing) and not any(trial.problem or self._fails(trial) for trial in others)

    def _fails(self, trial: Trial) -> bool:
        return _is_fault(self.put(trial.check))


class _Differs(SandboxFailure):
    """A misconception has given another answer than the submission."""


class _Again:
    """Is asked what the submission was asked; what stayed with the submission has another handle here."""

    def __init__(self, ask: Callable[[Call], Any]) -> None:
        self._here = Here(ask)
        self._own: dict[str, Remote] = {}

    def differs(self, recorded: Recorded, theirs: Trial) -> bool:
        """Return whether the answer is another one; of the last one counts the part that was compared.

        Raises:
            SandboxFailure: the question cannot be asked here.
        """
        compared = recorded is theirs.answers[-1] and theirs.compares
        if compared and theirs.compared is None:
            return False
        try:
            value = self._here.call(self._asked(recorded.call))
        except SubmissionFailure as failure:
            return recorded.failure is None or not _same_error(recorded.failure, failure)
        if recorded.failure is not None:
            return True
        if compared:
            return _is_apart_at(theirs, value)
        self._note(recorded.value, value)
        return not _alike(recorded.value, value)

    def _asked(self, call: Call) -> Call:
        """Return the call with the objects of this side in it."""
        if not self._own:
            return call
        holder = self._own.get(call.target.holder)
        target = replace(call.target, holder=holder.handle) if holder else call.target
        parts = {part: self._in(getattr(call, part)) for part in ("args", "kwargs", "options")}
        return replace(call, target=target, **parts)

    def _in(self, value: Any) -> Any:
        return _with_objects(value, lambda each: self._own.get(each.handle, each))

    def _note(self, theirs: Any, ours: Any) -> None:
        """Remember which object of the submission is which one here."""
        if isinstance(theirs, Remote) and isinstance(ours, Remote):
            self._own[theirs.handle] = ours
        elif isinstance(theirs, tuple | list) and isinstance(ours, tuple | list):
            for left, right in zip(theirs, ours, strict=False):
                self._note(left, right)
        elif isinstance(theirs, dict) and isinstance(ours, dict):
            for key in theirs.keys() & ours.keys():
                self._note(theirs[key], ours[key])


class _Following:
    """Answers as long as the answers are those of a trial.

    The last answer may differ where a part of it was compared: the trial's problem says what was wrong.
    """

    def __init__(self, asked: Answers, trial: Trial) -> None:
        self._asked = asked
        self._expected = iter(trial.answers)
        self._free = trial.answers[-1] if trial.compares else None
        self.is_whole = True

    def ahead(self, calls: Sequence[Call]) -> None:
        """Do nothing: the first answer that differs is the last."""

    def call(self, call: Call) -> Any:
        """Return the result of one call; raises _Differs."""
        theirs = next(self._expected, None)
        if theirs is None:
            raise _Differs("one question more")
        try:
            value = self._asked.call(call)
        except SubmissionFailure as failure:
            if theirs.failure is None or not _same_error(theirs.failure, failure):
                raise _Differs("another error") from failure
            raise
        if theirs.failure is not None or not _alike(theirs.value, value):
            if theirs is not self._free:
                raise _Differs("another answer")
            self.is_whole = False
        return value


def _same_error(theirs: SubmissionFailure, ours: SubmissionFailure) -> bool:
    return theirs.message[:200] == ours.message[:200]


def _most_telling_first(answers: Sequence[Recorded]) -> Sequence[Recorded]:
    """Return the answers, that which failed first, unless it needs what earlier ones left."""
    *earlier, last = answers
    return answers if any(map(_holds_objects, earlier)) else (last, *earlier)


def _holds_objects(recorded: Recorded) -> bool:
    found: list[Remote] = []
    _with_objects(recorded.value, found.append)
    return bool(found)


def _is_apart_at(theirs: Trial, value: Any) -> bool:
    """Return whether an answer differs from the last one of a trial in the part that was compared."""
    assert isinstance(theirs.problem, Mismatch)
    try:
        part = functools.reduce(operator.getitem, theirs.compared or (), value)
    except (LookupError, TypeError):
        return True
    return distance(part, theirs.problem.actual) > max(2 * _tolerance(part), theirs.problem.rtol or 0.0)


def _alike(theirs: Any, ours: Any) -> bool:
    """Return whether two answers are the same up to what a value check allows."""
    return distance(_bare(theirs), _bare(ours)) <= 2 * _tolerance(ours)


def _bare(value: Any) -> Any:
    """Return a value in which a kept object is only that: a kept object."""
    return _with_objects(value, lambda _: "an object")


def _with_objects(value: Any, other: Callable[[Remote], Any]) -> Any:
    """Return a value with something else for each kept object in it, however deep."""
    if isinstance(value, tuple | list):
        items = [_with_objects(item, other) for item in value]
        return tuple(items) if isinstance(value, tuple) else items
    if isinstance(value, dict):
        return {key: _with_objects(item, other) for key, item in value.items()}
    return other(value) if isinstance(value, Remote) else value


def _tolerance(value: Any) -> float:
    """Return what a value check allows: more where there are numbers of 16 bits."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, tuple | list):
        return max(map(_tolerance, value), default=VALUE[8])
    half = getattr(getattr(value, "dtype", None), "itemsize", 8) == 2
    return VALUE[2] if half else VALUE[8]


def _is_fault(trial: Trial) -> bool:
    """Whether a check was failed; not where it could not be asked here."""
    return trial.problem is not None and not isinstance(trial.problem, SandboxFailure)


def _same_fault(theirs: Trial, ours: Trial) -> bool:
    """Return whether two trials failed at the same question and by the same answer."""
    if not _is_fault(ours) or len(theirs.answers) != len(ours.answers):
        return False
    left, right = theirs.problem, ours.problem
    if isinstance(left, Mismatch) and isinstance(right, Mismatch):
        return (left.what, left.kind) == (right.what, right.kind) and _reproduces(left, right)
    return type(left) is type(right) and not isinstance(left, Mismatch)


def _reproduces(theirs: Mismatch, ours: Mismatch) -> bool:
    """Return whether a wrong answer is that of a misconception, and not only near what is right."""
    if theirs.kind == "property":
        return theirs.message == ours.message
    between = distance(theirs.actual, ours.actual)
    if theirs.kind == "dtype" and _dtype(theirs.actual) != _dtype(ours.actual):
        return False
    if theirs.kind not in ("value", "changed"):
        return between <= VALUE[8]
    mistake = distance(ours.expected, ours.actual)
    return between <= (theirs.rtol or VALUE[8]) and (between == 0.0 or between <= FAR_SMALLER * mistake)


def _dtype(value: Any) -> str:
    return str(getattr(value, "dtype", type(value).__name__))


def _hides(problem: Exception | None) -> bool:
    """Whether an answer is so wrong that another mistake could not be seen in it, or was not looked at."""
    hidden = isinstance(problem, Mismatch) and problem.kind in ("nan", "changed")
    return hidden or isinstance(problem, SubmissionFailure)


def _is_apart(problem: Exception | None) -> bool:
    """Whether there is no mistake, or one of another kind than wrong numbers, such as too few digits."""
    if not isinstance(problem, Mismatch) or problem.kind not in ("value", "shape"):
        return True
    return problem.kind == "value" and distance(problem.actual, problem.expected) <= VALUE[8]


def _is_plain(problem: Exception | None) -> bool:
    """Whether an answer is wrong in its numbers: nothing can hide in it, and it is no accident."""
    return problem is not None and not _hides(problem) and not _is_apart(problem)


def _is_telling(problem: Exception | None) -> bool:
    """Whether it is no accident that two answers agree; errors, properties and zeros have many causes."""
    if not isinstance(problem, Mismatch) or problem.kind in ("property", "type"):
        return False
    return _information(problem.actual, problem.expected) > 1


def _information(value: Any, expected: Any) -> int:
    """Return how much a wrong answer tells: 1 for a word or a small number, 2 for one that is rarely met."""
    if isinstance(value, str):
        return 1
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, tuple | list):
        return sum(_information(item, None) for item in value)
    if not isinstance(value, bool | int | float) and not hasattr(value, "dtype"):
        return 0
    numbers = host(value)
    if numbers.dtype.kind not in "biuf":
        return 2 if isinstance(value, int) else 0  # too large for 64 bits
    if numbers.dtype.kind == "b":
        return 2 if numbers.size >= SMALLEST_MASK and numbers.any() and not numbers.all() else 0
    if expected is not None and np.shape(expected) == numbers.shape:
        numbers = numbers[~np.isclose(numbers, host(expected), rtol=VALUE[8], atol=0.0)]
    found = np.setdiff1d(numbers[np.isfinite(numbers)], (0, 1)).tolist()
    return sum(2 if abs(each) > 100 or 2 * each % 1 else 1 for each in found)


def _separated(
    suspects: list[_Suspect], trials: Sequence[Trial], exercise: Exercise, session: Session, draw: DrawFor
) -> list[_Suspect]:
    """Put the same checks with other draws to all until at most one behaves like the submission."""
    for number in map(str, range(SEPARATING_DRAWS)):
        for trial in trials:
            if len(suspects) <= 1 or session.ended:
                return suspects
            theirs = put(trial.check, exercise.target.holder, session, draw(trial.check, number))
            if _is_comparable(theirs):
                suspects = [each for each in suspects if _stays(each, theirs, number)]
    return suspects


def _stays(suspect: _Suspect, theirs: Trial, number: str) -> bool:
    return suspect.follows(theirs, number) or not _is_fault(suspect.put(theirs.check, number))
