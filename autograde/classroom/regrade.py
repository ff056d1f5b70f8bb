"""A regrade, looked at before it is applied: whose points would change, and through which check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from autograde.classroom.store import Graded
from autograde.verdict import CheckResult, ExerciseResult, Verdict


@dataclass(frozen=True)
class CheckChange:
    """One check that is worth another number of points than before; no verdict where it was not asked."""

    name: str
    sentence: str
    before: float
    after: float
    verdict_before: Verdict | None
    verdict_after: Verdict | None


@dataclass(frozen=True)
class Change:
    """An exercise of one submission that earns another number of points than before.

    `by_hand`: a person has graded it, and that grade stays.
    """

    student: str
    lesson: str
    exercise: str
    before: float
    after: float
    checks: tuple[CheckChange, ...]
    by_hand: bool = False

    @property
    def difference(self) -> float:
        """Return by how many points the grade changes."""
        return 0.0 if self.by_hand else self.after - self.before


def changes(before: Graded | None, after: Graded, worth: Mapping[str, float]) -> Iterator[Change]:
    """Yield the exercises of a submission whose points change.

    Args:
        before: what the gradebook was written from; None if the submission is new.
        after: what it would be written from.
        worth: the points that an exercise can earn at most.
    """
    for exercise in after.result.exercises if after.result else ():
        old = before.exercise(exercise.id) if before else None
        limit = worth.get(exercise.id, exercise.max_points)
        was, now = min(old.points if old else 0.0, limit), min(exercise.points, limit)
        if was != now:
            checks = tuple(_checks(old, exercise))
            yield Change(after.student, after.lesson, exercise.id, was, now, checks)


def _checks(before: ExerciseResult | None, after: ExerciseResult) -> Iterator[CheckChange]:
    old = {check.name: check for check in before.checks} if before else {}
    new = {check.name: check for check in after.checks}
    for name in dict.fromkeys((*new, *old)):
        was, now = old.get(name), new.get(name)
        if _points(was) != _points(now):
            sentence = (now or old[name]).sentence
            yield CheckChange(name, sentence, _points(was), _points(now), _verdict(was), _verdict(now))


def _points(check: CheckResult | None) -> float:
    return check.points if check else 0.0


def _verdict(check: CheckResult | None) -> Verdict | None:
    return check.verdict if check else None
