"""The page that `autograde lab` opens: where to go on, how the lessons stand, what has arrived."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from autograde.course.files import write_atomically
from autograde.course.lesson import Lesson, Lessons
from autograde.course.workspace import Workspace
from autograde.practice.progress import Row, kept_rows
from autograde.practice.standing import standing

FILE = "START.md"
"""Its name, in `lessons/`. It is written anew at each start."""


def write_start_page(workspace: Workspace) -> Path:
    """Write the page from what is known, without running anything, and return where it lies."""
    lessons = list(Lessons(workspace.lessons).values())
    path = workspace.lessons / FILE
    write_atomically(path, start_page(workspace, lessons, kept_rows(workspace)).encode())
    return path


def start_page(workspace: Workspace, lessons: Sequence[Lesson], known: Sequence[Row]) -> str:
    """Return the page as Markdown, with links relative to `lessons/`."""
    rows = {row.id: row for row in known}
    parts = [f"# {workspace.settings.title}", _go_on(lessons, rows), _table(workspace, lessons, rows)]
    parts += filter(None, [workspace.settings.late_sentence, _library(workspace, lessons, rows)])
    if feedback := _feedback(workspace):
        parts.append("## Feedback that has arrived\n\n" + "\n".join(feedback))
    parts.append(
        "`progress()` in any lesson checks everything again. This page is written when JupyterLab starts."
    )
    return "\n\n".join(parts) + "\n"


def _go_on(lessons: Sequence[Lesson], rows: dict[str, Row]) -> str:
    """Return the sentence that leads to the first exercise that is not accepted."""
    for lesson in lessons:
        for exercise in lesson.exercises:
            row = rows.get(exercise.id)
            if row is None or not row.accepted:
                begun = any(rows.get(each.id) for each in lesson.exercises)
                verb = "Go on with" if begun or lesson is not lessons[0] else "Begin with"
                about = f"exercise {exercise.id}, {exercise.title.lower()}"
                return f"**{verb} [{lesson.id}]({_notebook(lesson)}): {about}, {exercise.minutes} minutes.**"
    return "**Every exercise is accepted by its public checks.**"


def _table(workspace: Workspace, lessons: Sequence[Lesson], rows: dict[str, Row]) -> str:
    lines = ["| lesson | accepted | minutes of exercises | |", "|---|---|---|---|"]
    for lesson in lessons:
        done = sum(exercise.id in rows and rows[exercise.id].accepted for exercise in lesson.exercises)
        minutes = sum(exercise.minutes for exercise in lesson.exercises)
        state = f"{done} of {len(lesson.exercises)}"
        said = "; ".join(standing(workspace, lesson.id).said)
        lines.append(f"| [{lesson.id}]({_notebook(lesson)}) | {state} | {minutes} | {said} |")
    return "\n".join(lines)


def _library(workspace: Workspace, lessons: Sequence[Lesson], rows: dict[str, Row]) -> str:
    """Return what the learner's package can do by now; "" before the first exercise is accepted."""
    exercises = [exercise for lesson in lessons for exercise in lesson.exercises]
    done = [rows[each.id].function for each in exercises if each.id in rows and rows[each.id].accepted]
    names = ", ".join(f"`{name}`" for name in done)
    return f"## What your `{workspace.settings.package}` can do by now\n\n{names}." if done else ""


def _feedback(workspace: Workspace) -> list[str]:
    """Return a link to each page of feedback, the newest first."""
    pages = workspace.lessons.glob("*/feedback/*/*.html")
    links = []
    for page in sorted(pages, key=lambda path: path.parent.name, reverse=True):
        link = quote(page.relative_to(workspace.lessons).as_posix())
        when = page.parent.name.partition(".")[0]
        links.append(f"- **[{page.stem}]({link})**, handed in {when}")
    return links


def _notebook(lesson: Lesson) -> str:
    return f"{lesson.id}/{lesson.id}.ipynb"
