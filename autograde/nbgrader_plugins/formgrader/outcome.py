"""What came out for one student, as formgrader shows it: a mark and a sentence. Plain data only."""

from __future__ import annotations

import textwrap
from dataclasses import asdict, dataclass
from pathlib import Path

from autograde.classroom.feedback import points
from autograde.classroom.report import reason
from autograde.classroom.store import Graded, Store
from autograde.nbgrader_plugins.submitted import refusal_path
from autograde.verdict import Verdict
from autograde.wording import printable

FAILED, UNSAFE, RULE, LIMIT = "failed", "unsafe folder", "rule broken", "limit exceeded"
LIMITS = {Verdict.TIME_LIMIT_EXCEEDED, Verdict.MEMORY_LIMIT_EXCEEDED, Verdict.OUTPUT_LIMIT_EXCEEDED}
MAX_TEXT = 500


@dataclass(frozen=True)
class Shown:
    """What is shown of one student. `mark` is "" where nothing is remarkable."""

    student: str
    text: str
    mark: str = ""


def shown(graded: Graded, *, unsafe: bool = False) -> Shown:
    """Return what is shown of a submission that was graded."""
    if graded.open or graded.result is None:
        text = graded.problem or "A hidden check failed for a reason of its own. The grade stays open."
        return Shown(graded.student, _short(text), FAILED)
    verdicts = {check.verdict for exercise in graded.result.exercises for check in exercise.checks}
    mark = (
        UNSAFE if unsafe else RULE if Verdict.RULE_BROKEN in verdicts else LIMIT if verdicts & LIMITS else ""
    )
    earned = f"{points(graded.result.points)} of {points(graded.result.max_points)} for code"
    return Shown(graded.student, _short(f"{earned}: {reason(graded)}."), mark)


def failed(student: str, problem: str) -> Shown:
    """Return what is shown where something could not be done."""
    return Shown(student, _short(problem), FAILED)


def kept(root: Path, lesson: str) -> dict[str, dict[str, str]]:
    """Return what came out last for each student of a lesson, as JSON has it."""
    if not (root / ".course" / "store.db").is_file():
        return {}
    with Store(root) as store:
        return {
            each.graded.student: asdict(
                shown(each.graded, unsafe=_is_unsafe(root, each.graded.student, lesson))
            )
            for each in store.all(lesson)
        }


def kept_one(root: Path, student: str, lesson: str) -> Shown:
    """Return what came out last for one student."""
    with Store(root) as store:
        found = store.kept(student, lesson)
    if found is None:
        return failed(student, "It was not graded.")
    return shown(found.graded, unsafe=_is_unsafe(root, student, lesson))


def _is_unsafe(root: Path, student: str, lesson: str) -> bool:
    return refusal_path(root, student, lesson).is_file()


def _short(text: str) -> str:
    return textwrap.shorten(printable(text), MAX_TEXT, placeholder=" ...")
