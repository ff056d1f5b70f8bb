"""How a lesson stands beside its public checks: when it is due, when it was handed in, what it was graded."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from autograde.course.settings import due_text
from autograde.course.workspace import Workspace
from autograde.practice.handin import handed_in, lateness
from autograde.practice.progress import Row

WHOLE = re.compile(r'<main data-points="([^"<]*)">')
EXERCISE = re.compile(r'data-exercise="([^"<]*)" data-points="([^"<]*)"')


@dataclass(frozen=True)
class Returned:
    """A page of feedback: where it lies, and the points, such as "3 of 4", in all and by exercise."""

    page: str
    points: str
    exercises: Mapping[str, str]


@dataclass(frozen=True)
class Standing:
    """One lesson; `said` is what is known of it, each a few words."""

    lesson: str
    said: tuple[str, ...] = ()
    returned: Returned | None = None

    @property
    def points(self) -> Mapping[str, str]:
        """Return the points of each exercise; none before feedback has arrived."""
        return self.returned.exercises if self.returned else {}


def standing(workspace: Workspace, lesson: str, now: datetime | None = None) -> Standing:
    """Return how a lesson stands, from what lies in the workspace."""
    due, before = workspace.settings.due.get(lesson), handed_in(workspace, lesson)
    said = [f"due {due_text(due)}"] if due else []
    if before:
        said.append(f"handed in {due_text(before[0].when)}")
    elif due:
        said[0] += f", {lateness(due, now or datetime.now(UTC))}"
    pages = feedback_pages(workspace, lesson)
    found = _read(workspace, pages[0]) if pages else None
    return Standing(lesson, tuple(said), found)


def progress_lines(rows: Sequence[Row], lessons: Sequence[Standing]) -> list[str]:
    """Return progress as one table in plain text."""
    width = max((len(row.function) for row in rows), default=0)
    lines = []
    for lesson in lessons:
        graded = [f"graded {lesson.returned.points}: {lesson.returned.page}"] if lesson.returned else []
        lines.append("; ".join([lesson.lesson, *lesson.said, *graded]))
        for row in rows:
            if row.lesson == lesson.lesson:
                points = lesson.points.get(row.id, "")
                lines.append(f"  {row.id}  {row.function:{width}}  {row.state:15}  {points}".rstrip())
    return lines


def feedback_pages(workspace: Workspace, lesson: str) -> list[Path]:
    """Return the pages of feedback on a lesson that have arrived, the newest first."""
    found = (workspace.lessons / lesson).glob("feedback/*/*.html")
    return sorted(found, key=lambda path: path.parent.name, reverse=True)


def _read(workspace: Workspace, page: Path) -> Returned:
    text = page.read_text("utf-8", "replace")
    whole = WHOLE.search(text)
    shown = page.relative_to(workspace.root).as_posix()
    return Returned(shown, whole[1] if whole else "", dict(EXERCISE.findall(text)))
