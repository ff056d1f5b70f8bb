"""How a class stands: who has what, why, and which mistakes are made most often. Plain data only."""

from __future__ import annotations

import csv
import io
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from typing import Any

from autograde.classroom.store import Graded
from autograde.verdict import ExerciseResult, Verdict
from autograde.wording import WORDING


@dataclass(frozen=True)
class Standing:
    """One student in one lesson.

    `to_grade` names the graded cells that wait for a person, `unanswered` the written ones left empty.
    """

    student: str
    lesson: str
    points: float
    max_points: float
    submitted: str = ""
    late_s: float = 0.0
    penalty: float = 0.0
    to_grade: tuple[str, ...] = ()
    unanswered: tuple[str, ...] = ()
    handed_in: bool = True


@dataclass(frozen=True)
class Mistake:
    """Something that went wrong in `students` submissions of one exercise."""

    exercise: str
    what: str
    students: int


def reason(graded: Graded | None) -> str:
    """Return in one line why a submission got what it got."""
    if graded is None:
        return "not graded"
    if graded.result is None:
        return f"open, a fault of the grader: {graded.problem}"
    troubles: dict[str, list[str]] = {}
    for each in graded.result.exercises:
        if what := _detail(each) or _trouble(each):
            troubles.setdefault(what, []).append(each.id)
    parts = [f"{', '.join(ids)} {what}" for what, ids in troubles.items()]
    if troubles.get(WORDING[Verdict.NOT_ATTEMPTED].word, []) == [each.id for each in graded.result.exercises]:
        parts = ["nothing written yet"]
    return "; ".join([*(note.partition(". ")[0] for note in graded.notes), *parts]) or "all accepted"


def _detail(exercise: ExerciseResult) -> str:
    """Return the error that the submission raised first, if that is what went wrong."""
    first = next((check for check in exercise.checks if check.verdict is not Verdict.ACCEPTED), None)
    if first is None or first.verdict is not Verdict.RUN_TIME_ERROR:
        return ""
    return textwrap.shorten(first.message, 80, placeholder=" ...")


def _trouble(exercise: ExerciseResult) -> str:
    """Return the name of the mistake, else the verdict of the first check that was not accepted."""
    failed = [check for check in exercise.checks if check.verdict is not Verdict.ACCEPTED]
    named = next((check.misconception for check in failed if check.misconception), None)
    if named:
        return named.replace("_", " ")
    return WORDING[failed[0].verdict].word if failed else ""


def common_mistakes(results: Iterable[Graded]) -> list[Mistake]:
    """Return what went wrong, most often first; what was not attempted is no mistake."""
    return _ordered(Counter(each for graded in results for each in mistakes(graded)))


def mistakes(graded: Graded) -> Iterator[tuple[str, str]]:
    """Yield what went wrong in each exercise of a submission, by the exercise's id."""
    for exercise in graded.result.exercises if graded.result else ():
        what = _trouble(exercise)
        if what and what != WORDING[Verdict.NOT_ATTEMPTED].word:
            yield exercise.id, what


def _ordered(counts: Counter[tuple[str, str]]) -> list[Mistake]:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [Mistake(exercise, what, students) for (exercise, what), students in ordered]


def as_json(standings: Iterable[Standing], results: Iterable[Graded]) -> dict[str, Any]:
    """Return standings, with reasons, and mistakes as one JSON object."""
    reasons: dict[tuple[str, str], str] = {}
    counts: Counter[tuple[str, str]] = Counter()
    for graded in results:
        reasons[graded.student, graded.lesson] = reason(graded)
        counts.update(mistakes(graded))
    rows = []
    for each in standings:
        why = reasons.get((each.student, each.lesson)) or reason(None)
        rows.append(asdict(each) | {"why": why if each.handed_in else "not handed in"})
    return {"submissions": rows, "mistakes": [asdict(each) for each in _ordered(counts)]}


def as_csv(standings: Iterable[Standing]) -> str:
    """Return one line for each student and lesson."""
    names = [each.name for each in fields(Standing) if each.name != "handed_in"]
    text = io.StringIO()
    table = csv.DictWriter(text, names, lineterminator="\n", extrasaction="ignore")
    table.writeheader()
    for each in standings:
        cells = {"to_grade": " ".join(each.to_grade), "unanswered": " ".join(each.unanswered)}
        table.writerow(asdict(each) | cells)
    return text.getvalue()
