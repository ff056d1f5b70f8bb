"""What a lesson's results say about its checks, its mistakes and the class. Plain data only."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from statistics import correlation, median

from autograde.classroom.feedback import TEMPLATES, points
from autograde.classroom.history import HandIn
from autograde.classroom.report import Mistake, Standing, common_mistakes, mistakes
from autograde.classroom.store import Graded
from autograde.templates import render
from autograde.verdict import Verdict
from autograde.wording import WORDING

BINS = 10
ENOUGH = 20
"""From how many submissions on a discrimination says something."""

FEW, FEW_SHARE = 3, 0.05
"""A mistake is rare where at most so many, or such a share of the class, made it."""

NAMELESS = frozenset(each.word for each in WORDING.values())
"""What is said of a mistake that has no name, such as "error"."""


@dataclass(frozen=True)
class Item:
    """One check: how many it judged, and how it tells strong work from weak.

    `difficulty` is the share that was accepted. `discrimination` is the correlation of being accepted with
    the points for all other checks, from -1 to 1; None where all or nobody was accepted.
    """

    exercise: str
    check: str
    sentence: str
    judged: int
    accepted: int
    not_attempted: int
    discrimination: float | None

    @property
    def difficulty(self) -> float:
        """Return the share that was accepted."""
        return self.accepted / self.judged if self.judged else 0.0


@dataclass(frozen=True)
class Fix:
    """How long it took from a named mistake to an accepted exercise, over the hand-ins of all students."""

    exercise: str
    what: str
    students: int
    fixed: int
    median_h: float | None
    median_tries: float | None


@dataclass(frozen=True)
class Rare:
    """A mistake that few share; `share` is the base rate among all who tried the exercise."""

    exercise: str
    what: str
    students: tuple[str, ...]
    tried: int

    @property
    def share(self) -> float:
        """Return the base rate."""
        return len(self.students) / self.tried


@dataclass(frozen=True)
class Together:
    """Two students who share several rare mistakes.

    `expected` is how many such pairs there would be if mistakes were independent of each other.
    """

    students: tuple[str, str]
    mistakes: tuple[str, ...]
    expected: float


@dataclass(frozen=True)
class Waiting:
    """A student whose work waits for a person, and for what."""

    student: str
    why: str


@dataclass(frozen=True)
class Analysis:
    """All that a report on one lesson shows; `bins` counts points by tenths of the maximum."""

    lesson: str
    handed_in: int
    absent: tuple[str, ...]
    mean: float
    middle: float
    max_points: float
    bins: tuple[int, ...]
    items: tuple[Item, ...]
    mistakes: tuple[Mistake, ...]
    fixes: tuple[Fix, ...]
    waiting: tuple[Waiting, ...]
    rare: tuple[Rare, ...]
    together: tuple[Together, ...]


def analyse(
    lesson: str, standings: Sequence[Standing], results: Sequence[Graded], hand_ins: Iterable[HandIn]
) -> Analysis:
    """Return the analysis of one lesson.

    Args:
        lesson: its id.
        standings: of everybody on the roster in this lesson.
        results: what came out last for each student.
        hand_ins: what came out for each hand-in, those of a student by time.
    """
    there = [each for each in standings if each.handed_in]
    earned = [each.points for each in there]
    rare = rare_mistakes(results)
    return Analysis(
        lesson=lesson,
        handed_in=len(there),
        absent=tuple(each.student for each in standings if not each.handed_in),
        mean=sum(earned) / len(earned) if earned else 0.0,
        middle=median(earned) if earned else 0.0,
        max_points=max((each.max_points for each in standings), default=0.0),
        bins=_bins(there),
        items=tuple(items(results)),
        mistakes=tuple(common_mistakes(results)),
        fixes=tuple(fixes(hand_ins)),
        waiting=tuple(_waiting(there, results)),
        rare=tuple(rare),
        together=tuple(_together(rare, len(results))),
    )


def _bins(there: Iterable[Standing]) -> tuple[int, ...]:
    counts = Counter(
        min(BINS - 1, max(0, int(BINS * each.points / each.max_points))) if each.max_points else 0
        for each in there
    )
    return tuple(counts[place] for place in range(BINS))


def items(results: Iterable[Graded]) -> list[Item]:
    """Return every check of the lesson, in the order of the exercises."""
    rows: dict[tuple[str, str], list[tuple[float, float, Verdict]]] = defaultdict(list)
    sentences: dict[tuple[str, str], str] = {}
    for graded in results:
        if graded.result is None:
            continue
        for exercise in graded.result.exercises:
            for check in exercise.checks:
                if check.verdict is not Verdict.JUDGE_ERROR:
                    key = exercise.id, check.name
                    passed = float(check.verdict is Verdict.ACCEPTED)
                    rows[key].append((passed, graded.result.points - check.points, check.verdict))
                    sentences[key] = check.sentence
    return [
        Item(
            exercise=exercise,
            check=name,
            sentence=sentences[exercise, name],
            judged=len(found),
            accepted=sum(passed > 0 for passed, _, _ in found),
            not_attempted=sum(verdict is Verdict.NOT_ATTEMPTED for _, _, verdict in found),
            discrimination=_correlation([row[0] for row in found], [row[1] for row in found]),
        )
        for (exercise, name), found in sorted(rows.items(), key=lambda item: item[0][0])
    ]


def _correlation(passed: Sequence[float], rest: Sequence[float]) -> float | None:
    if len(set(passed)) < 2 or len(set(rest)) < 2:
        return None
    return correlation(passed, rest)


def fixes(hand_ins: Iterable[HandIn]) -> list[Fix]:
    """Return for each named mistake how many got over it, and after how many hours and hand-ins."""
    by_student: dict[str, list[HandIn]] = defaultdict(list)
    for each in hand_ins:
        by_student[each.student].append(each)
    found: dict[tuple[str, str], list[tuple[float, int] | None]] = defaultdict(list)
    for tries in by_student.values():
        for mistake, first in _first_times(tries).items():
            found[mistake].append(_fixed(tries, mistake[0], first))
    rows = []
    for (exercise, what), times in found.items():
        done = [each for each in times if each is not None]
        hours, counts = [each[0] for each in done], [each[1] for each in done]
        rows.append(
            Fix(
                exercise,
                what,
                len(times),
                len(done),
                median(hours) if done else None,
                median(counts) if done else None,
            )
        )
    return sorted(rows, key=lambda each: (-each.students, each.exercise, each.what))


def _first_times(tries: Sequence[HandIn]) -> dict[tuple[str, str], int]:
    """Return in which hand-in each named mistake of a student was named first."""
    found: dict[tuple[str, str], int] = {}
    for number, each in enumerate(tries):
        for exercise in each.result.exercises:
            for check in exercise.checks:
                if check.misconception:
                    found.setdefault((exercise.id, check.misconception.replace("_", " ")), number)
    return found


def _fixed(tries: Sequence[HandIn], exercise_id: str, first: int) -> tuple[float, int] | None:
    """Return after how many hours and hand-ins an exercise was accepted, or None if it was not."""
    for number in range(first + 1, len(tries)):
        exercise = tries[number].result.exercise(exercise_id)
        if exercise is not None and exercise.accepted:
            return (tries[number].time - tries[first].time).total_seconds() / 3600, number - first
    return None


def rare_mistakes(results: Sequence[Graded]) -> list[Rare]:
    """Return the named mistakes that at least two and only few students share, the rarest first.

    What has no name may be something else in each: two syntax errors are no mistake in common.
    """
    tried: Counter[str] = Counter()
    who: dict[tuple[str, str], list[str]] = defaultdict(list)
    for graded in results:
        for exercise in graded.result.exercises if graded.result else ():
            tried[exercise.id] += any(each.verdict is not Verdict.NOT_ATTEMPTED for each in exercise.checks)
        for exercise_id, what in mistakes(graded):
            if what not in NAMELESS:
                who[exercise_id, what].append(graded.student)
    most = max(FEW, math.floor(FEW_SHARE * len(results)))
    rare = [
        Rare(exercise, what, tuple(sorted(students)), tried[exercise])
        for (exercise, what), students in who.items()
        if 2 <= len(students) <= most and len(students) < tried[exercise] / 2
    ]
    return sorted(rare, key=lambda each: (each.share, each.exercise, each.what))


def _together(rare: Sequence[Rare], students: int) -> list[Together]:
    shared: Mapping[tuple[str, str], list[Rare]] = defaultdict(list)
    for each in rare:
        for pair in combinations(each.students, 2):
            shared[pair].append(each)
    pairs = math.comb(students, 2)
    found = [
        Together(
            pair,
            tuple(f"{each.exercise} {each.what}" for each in both),
            pairs * math.prod(each.share**2 for each in both),
        )
        for pair, both in shared.items()
        if len(both) > 1
    ]
    return sorted(found, key=lambda each: (each.expected, each.students))


def _waiting(there: Iterable[Standing], results: Iterable[Graded]) -> Iterable[Waiting]:
    graded = {each.student: each for each in results}
    for each in there:
        found = graded.get(each.student)
        parts = []
        if found is None or found.open:
            parts.append("grade is open: " + ("not graded yet" if found is None else "a fault of the grader"))
        if each.to_grade:
            parts.append("to grade by hand: " + ", ".join(map(_exercise_id, each.to_grade)))
        if parts:
            yield Waiting(each.student, "; ".join(parts))


def _exercise_id(cell: str) -> str:
    """Return "04.5" for "exercise-04-5"."""
    return cell.removeprefix("exercise-").replace("-", ".")


def renamed(analysis: Analysis, names: Mapping[str, str]) -> Analysis:
    """Return an analysis in which each student has another name."""
    return replace(
        analysis,
        absent=tuple(sorted(names[each] for each in analysis.absent)),
        waiting=tuple(replace(each, student=names[each.student]) for each in analysis.waiting),
        rare=tuple(
            replace(each, students=tuple(sorted(names[student] for student in each.students)))
            for each in analysis.rare
        ),
        together=tuple(
            replace(each, students=(names[each.students[0]], names[each.students[1]]))
            for each in analysis.together
        ),
    )


def page(analysis: Analysis) -> str:
    """Return the report as one page that needs no network and holds no script."""
    values = {"report": analysis, "enough": ENOUGH, "points": points, "percent": percent, "hours": hours}
    return render(TEMPLATES, "report.html.j2", values)


def percent(share: float) -> str:
    """Return a share as a person reads it."""
    return f"{100 * share:.0f} %"


def hours(value: float | None) -> str:
    """Return a duration as a person reads it, from minutes to days."""
    if value is None:
        return "–"
    if value < 1:
        return f"{60 * value:.0f} min"
    return f"{value:.1f} h" if value < 48 else f"{value / 24:.1f} days"
