"""How far a learner is: each exercise's public checks, run again only where something has changed.

What came of an exercise is kept in `.autograde/progress.json`, under a digest of everything it may depend on:
the learner's package, the lesson's checks, what the course allows.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from autograde.course.files import read_object, write_atomically
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
    kept, digests = read_object(_file(workspace)), _digests(workspace, lessons)
    known = {
        exercise.id: row
        for lesson in lessons
        for exercise in lesson.exercises
        if (row := _row(kept.get(exercise.id), digests[lesson.id])) is not None
    }
    exercises = [(lesson, exercise) for lesson in lessons for exercise in lesson.exercises]
    new = practise_each(workspace, [each for each in exercises if each[1].id not in known])
    noted = False
    try:
        for _, exercise in exercises:
            found = known.get(exercise.id)
            if found is None:
                result = next(new)
                found = _row_of(result)
                noted = _note(kept, result, digests[result.lesson]) or noted
            yield found
    finally:
        new.close()
        if noted:
            _write(workspace, kept)


def note_result(workspace: Workspace, lesson: Lesson, result: Practice) -> None:
    """Keep what came of one exercise of a lesson, so that progress need not run it again."""
    kept = read_object(_file(workspace))
    if _note(kept, result, _digests(workspace, [lesson])[lesson.id]):
        _write(workspace, kept)


def kept_rows(workspace: Workspace) -> list[Row]:
    """Return what came of each exercise when it was checked last, whatever has changed since."""
    found = (_row(kept, None) for _, kept in sorted(read_object(_file(workspace)).items()))
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


def _note(kept: dict[str, Any], result: Practice, digest: str) -> bool:
    """Add a result to what is kept; not where a limit of time decided, which another time may not."""
    if any(check.verdict in (Verdict.TIME_LIMIT_EXCEEDED, None) for check in result.checks):
        return False
    kept[result.id] = {"digest": digest, "row": asdict(_row_of(result))}
    return True


def _write(workspace: Workspace, kept: dict[str, Any]) -> None:
    with contextlib.suppress(OSError):
        write_atomically(_file(workspace), json.dumps(kept, indent=1).encode())


def _row(kept: Any, digest: str | None) -> Row | None:
    """Return a kept row if it is one, and of this digest; with None, of any."""
    try:
        return Row(**kept["row"]) if digest in (None, kept["digest"]) else None
    except (TypeError, KeyError):
        return None


def _digests(workspace: Workspace, lessons: Sequence[Lesson]) -> dict[str, str]:
    """Return for each lesson the digest of what its results depend on; the package is read once."""
    common, found = hashlib.sha256(), {}
    _add(common, workspace.lessons / FILE, *sorted(workspace.package.rglob("*.py")))
    for lesson in lessons:
        digest = common.copy()
        _add(digest, lesson.folder / "checks.py")
        found[lesson.id] = digest.hexdigest()
    return found


def _add(digest: hashlib._Hash, *paths: Path) -> None:
    for path in paths:
        with contextlib.suppress(OSError):
            digest.update(f"{path} {path.stat().st_size} ".encode("utf-8", "surrogateescape"))
            digest.update(path.read_bytes())


def _file(workspace: Workspace) -> Path:
    return workspace.root / ".autograde" / "progress.json"
