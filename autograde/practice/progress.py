"""How far a learner is: each exercise's public checks, run again only where something has changed.

What came of an exercise is kept in `.autograde/progress.json`, under a digest of everything it may depend on:
the learner's package, the lesson's checks, what the course allows.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from autograde.course.backup import write_atomically
from autograde.course.lesson import Lesson, load_lessons
from autograde.course.settings import FILE
from autograde.course.workspace import Workspace
from autograde.practice.run import Practice, practise_each
from autograde.verdict import Verdict


@dataclass(frozen=True)
class Row:
    """One exercise as progress shows it; `state` is that of a `Practice`."""

    id: str
    function: str
    title: str
    lesson: str
    file: str
    state: str
    accepted: bool
    attempted: bool


def progress_rows(workspace: Workspace) -> Iterator[Row]:
    """Yield every exercise, in order; raises what `practise_each` raises."""
    lessons = list(load_lessons(workspace.lessons).values())
    kept, digests = _kept(workspace), {lesson.id: _digest(workspace, lesson) for lesson in lessons}
    known = {
        exercise.id: row
        for lesson in lessons
        for exercise in lesson.exercises
        if (row := _row(kept.get(exercise.id), digests[lesson.id])) is not None
    }
    exercises = [(lesson, exercise) for lesson in lessons for exercise in lesson.exercises]
    new = practise_each(workspace, [each for each in exercises if each[1].id not in known])
    rows: dict[str, Row] = {}
    try:
        for _, exercise in exercises:
            found = known.get(exercise.id)
            if found is None:
                result = next(new)
                found = _row_of(result)
                if not _was_ended(result):
                    kept[exercise.id] = {"digest": digests[result.lesson], "row": asdict(found)}
            rows[exercise.id] = found
            yield found
    finally:
        new.close()
        with contextlib.suppress(OSError):
            write_atomically(_file(workspace), json.dumps(kept, indent=1).encode())


def note_result(workspace: Workspace, result: Practice) -> None:
    """Keep what came of one exercise, so that progress need not run it again."""
    lesson = next(each for each in load_lessons(workspace.lessons).values() if each.id == result.lesson)
    if _was_ended(result):
        return
    kept = _kept(workspace)
    kept[result.id] = {"digest": _digest(workspace, lesson), "row": asdict(_row_of(result))}
    with contextlib.suppress(OSError):
        write_atomically(_file(workspace), json.dumps(kept, indent=1).encode())


def kept_rows(workspace: Workspace) -> list[Row]:
    """Return what came of each exercise when it was checked last, whatever has changed since."""
    found = (_row(kept, None) for _, kept in sorted(_kept(workspace).items()))
    return [row for row in found if row is not None]


def _row_of(result: Practice) -> Row:
    return Row(
        result.id,
        result.function,
        result.title,
        result.lesson,
        result.file,
        result.state,
        result.accepted,
        result.attempted,
    )


def _was_ended(result: Practice) -> bool:
    """Whether a limit of time decided, which another time may not."""
    return any(check.verdict in (Verdict.TIME_LIMIT_EXCEEDED, None) for check in result.checks)


def _row(kept: Any, digest: str | None) -> Row | None:
    """Return a kept row if it is one, and of this digest; with None, of any."""
    try:
        return Row(**kept["row"]) if digest in (None, kept["digest"]) else None
    except (TypeError, KeyError):
        return None


def _digest(workspace: Workspace, lesson: Lesson) -> str:
    digest = hashlib.sha256()
    given = (lesson.folder / "checks.py", workspace.lessons / FILE)
    for path in (*given, *sorted(workspace.package.rglob("*.py"))):
        with contextlib.suppress(OSError):
            digest.update(f"{path} {path.stat().st_size} ".encode("utf-8", "surrogateescape"))
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _kept(workspace: Workspace) -> dict[str, Any]:
    try:
        found = json.loads(_file(workspace).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return dict(found) if isinstance(found, Mapping) else {}


def _file(workspace: Workspace) -> Path:
    return workspace.root / ".autograde" / "progress.json"
