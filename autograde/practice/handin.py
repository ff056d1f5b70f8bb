"""What goes in when a lesson is handed in, what stays out, and the archive for where there is no exchange."""

from __future__ import annotations

import contextlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from autograde.course.files import write_atomically
from autograde.course.lesson import Lesson
from autograde.course.settings import due_text
from autograde.course.submission import SKIPPED_FOLDERS, read_sources
from autograde.course.workspace import Workspace
from autograde.errors import AutogradeError, explain
from autograde.practice.progress import Row, progress_rows

FOLDER = "handed_in"
STAMP = "%Y-%m-%dT%H-%M-%S"
EMPTY = "YOUR ANSWER HERE"
"""What nbgrader puts where a written answer belongs."""

UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"))


@dataclass(frozen=True)
class Contents:
    """The files of one lesson, relative to the workspace; `left_out` is what nobody needs."""

    lesson: str
    taken: tuple[str, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class HandedIn:
    """A lesson that was handed in: received by an exchange, or written as the archive `name`."""

    when: datetime
    name: str = ""

    @property
    def shown(self) -> str:
        """Return what a learner reads."""
        return f"{due_text(self.when)}{f' ({self.name})' if self.name else ''}"


@dataclass(frozen=True)
class Look:
    """A lesson before it is handed in.

    Args:
        contents: what goes in.
        rows: how its public checks stand.
        warnings: what is likely to be missed, each a sentence.
        earlier: when it was handed in before, the newest first.
        due: until when, as a sentence; "" without a date.
    """

    contents: Contents
    rows: tuple[Row, ...]
    warnings: tuple[str, ...]
    earlier: tuple[HandedIn, ...]
    due: str

    def lines(self) -> list[str]:
        """Return it as plain text."""
        found = self.contents
        lines = [f"{len(found.taken)} files go in: {', '.join(found.taken)}."]
        if found.left_out:
            lines.append(f"Left out, as nobody needs them: {', '.join(found.left_out)}.")
        lines += [f"  {row.id} {row.function}: {row.state}" for row in self.rows]
        lines += [*self.warnings, self.due]
        if self.earlier:
            lines.append(f"Handed in: {'; '.join(each.shown for each in self.earlier)}.")
        return [line for line in lines if line]


def look(workspace: Workspace, lesson: Lesson, now: datetime | None = None) -> Look:
    """Return what would be handed in now; the public checks run where something has changed.

    Raises:
        AutogradeError: something in the package is not a plain file, or there is too much.
    """
    found, rows = contents(workspace, lesson), tuple(progress_rows(workspace, lesson.id))
    due = workspace.settings.due.get(lesson.id)
    sentence = f"Due {due_text(due)}: {lateness(due, now or datetime.now(UTC))}." if due else ""
    warnings = (*_open_exercises(rows), *_empty_answers(lesson))
    return Look(found, rows, warnings, tuple(handed_in(workspace, lesson.id)), sentence)


def contents(workspace: Workspace, lesson: Lesson) -> Contents:
    """Return what goes in: the Python files of the package, and the lesson's notebooks.

    Raises:
        AutogradeError: something in the package is not a plain file, or there is too much.
    """
    package, root = workspace.settings.package, workspace.root
    taken = [f"{package}/{path}" for path in read_sources(root, package)]
    taken += sorted(path.relative_to(root).as_posix() for path in lesson.folder.glob("*.ipynb"))
    there = [path for path in sorted(workspace.package.rglob("*")) if path.is_file()]
    names = [path.relative_to(root).as_posix() for path in there if not SKIPPED_FOLDERS & {*path.parts}]
    return Contents(lesson.id, tuple(taken), tuple(name for name in names if name not in taken))


def write_zip(workspace: Workspace, found: Contents) -> Path:
    """Write the files to a new dated archive under `handed_in/`, for a learning platform to take.

    Raises:
        AutogradeError: nothing can be written there.
    """
    path = workspace.root / FOLDER / f"{found.lesson}_{datetime.now().strftime(STAMP)}.zip"
    made = io.BytesIO()
    try:
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in found.taken:
                archive.write(workspace.root / name, name)
        write_atomically(path, made.getvalue())
    except OSError as error:
        what = str(error.filename or path)
        raise AutogradeError(explain(what, "a place to write to", error.strerror)) from error
    return path


def handed_in(workspace: Workspace, lesson: str) -> list[HandedIn]:
    """Return when a lesson was handed in, the newest first: by the archives, and by nbgrader's own copies."""
    return sorted({*_archives(workspace, lesson), *_received(workspace, lesson)}, key=_when, reverse=True)


def lateness(due: datetime, when: datetime) -> str:
    """Return how long before or after its date something is: "3 hours left", "2 days late"."""
    seconds = (when - due).total_seconds()
    for length, unit in (*UNITS, (1, "second")):
        if count := int(abs(seconds) // length):
            return f"{count} {unit}{'s' * (count > 1)} {'late' if seconds > 0 else 'left'}"
    return "now"


def _when(found: HandedIn) -> datetime:
    return found.when


def _archives(workspace: Workspace, lesson: str) -> Iterator[HandedIn]:
    for path in (workspace.root / FOLDER).glob(f"{lesson}_*.zip"):
        with contextlib.suppress(ValueError):
            when = datetime.strptime(path.stem.removeprefix(f"{lesson}_"), STAMP)
            yield HandedIn(when.astimezone(UTC), path.relative_to(workspace.root).as_posix())


def _received(workspace: Workspace, lesson: str) -> Iterator[HandedIn]:
    """Yield what nbgrader's Submit has kept a copy of: in this workspace, or where it does by default."""
    default = Path.home() / ".local/share/jupyter/nbgrader_cache"
    for cache in (workspace.root / ".course" / "cache", default):
        for folder in (cache / workspace.settings.id).glob(f"*+{lesson}+*"):
            when = re.match(r"(\S+ \d\d:\d\d:\d\d)\.?\d* UTC", folder.name.rpartition("+")[2])
            if when:
                yield HandedIn(datetime.fromisoformat(when[1]).replace(tzinfo=UTC))


def _open_exercises(rows: tuple[Row, ...]) -> Iterator[str]:
    unwritten = [row.id for row in rows if not row.attempted]
    failing = [row.id for row in rows if row.attempted and not row.accepted]
    if unwritten:
        yield f"Not written yet: {', '.join(unwritten)}."
    if failing:
        yield f"Not accepted by the public checks: {', '.join(failing)}."


def _empty_answers(lesson: Lesson) -> Iterator[str]:
    """Yield a warning for each notebook in which an answer is missing, or which cannot be read."""
    for path in sorted(lesson.folder.glob("*.ipynb")):
        try:
            cells = json.loads(path.read_text("utf-8")).get("cells", ())
            empty = sum(EMPTY in "".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            yield f"{path.name} cannot be read. autograde restore {lesson.id} lays a whole one beside it."
            continue
        if empty:
            yield f"{path.name}: {empty} written answer{'s are' if empty > 1 else ' is'} still empty."
