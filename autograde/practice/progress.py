"""How far a learner is: each exercise's public checks, run again only where something has changed.

What came of an exercise is kept in `.autograde/progress.json`, under a digest of everything it may depend on:
the learner's package, the lesson's checks, what the course allows. A lesson of which all is known is not even
loaded.
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
from autograde.course.lesson import Lesson, lesson_folders, load_lesson
from autograde.course.settings import FILE
from autograde.course.submission import SKIPPED_FOLDERS
from autograde.course.workspace import Workspace
from autograde.exercise import Exercise
from autograde.practice.run import Practice, practise_each
from autograde.verdict import Verdict

LESSONS = "lessons"
"""Under this name the exercises of each lesson are kept, by the digest at which they were read."""


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


def progress_rows(workspace: Workspace, lesson: str | None = None) -> Iterator[Row]:
    """Yield every exercise, or those of one lesson, in order; raises what `practise_each` raises."""
    folders = [each for each in lesson_folders(workspace.lessons) if lesson in (None, each.name)]
    kept, digests = read_object(_file(workspace)), _digests(workspace, folders)
    waiting: list[tuple[Lesson, Exercise]] = []
    new = practise_each(workspace, iter(waiting.pop, None))
    noted = False
    try:
        for folder in folders:
            digest = digests[folder.name]
            if known := _whole(kept, folder.name, digest):
                yield from known
                continue
            loaded = load_lesson(folder)
            for exercise in loaded.exercises:
                row = _row(kept.get(exercise.id), digest)
                if row is None:
                    waiting.append((loaded, exercise))
                    noted = _note(kept, result := next(new), digest) or noted
                    row = _row_of(result)
                yield row
            noted = _note_lesson(kept, loaded, digest) or noted
    finally:
        new.close()
        if noted:
            _write(workspace, kept)


def note_result(workspace: Workspace, lesson: Lesson, result: Practice) -> None:
    """Keep what came of one exercise of a lesson, so that progress need not run it again."""
    kept = read_object(_file(workspace))
    if _note(kept, result, _digests(workspace, [lesson.folder])[lesson.id]):
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


def _note_lesson(kept: dict[str, Any], lesson: Lesson, digest: str) -> bool:
    found = kept.get(LESSONS)
    lessons = kept[LESSONS] = found if isinstance(found, dict) else {}
    lessons[lesson.id] = {"digest": digest, "exercises": [exercise.id for exercise in lesson.exercises]}
    return True


def _whole(kept: dict[str, Any], lesson: str, digest: str) -> list[Row]:
    """Return the rows of a lesson if all of them are known, else none."""
    try:
        found = kept[LESSONS][lesson]
        rows = [_row(kept.get(each), digest) for each in found["exercises"] if found["digest"] == digest]
    except (TypeError, KeyError):
        return []
    return [row for row in rows if row is not None] if all(rows) else []


def _write(workspace: Workspace, kept: dict[str, Any]) -> None:
    with contextlib.suppress(OSError):
        write_atomically(_file(workspace), json.dumps(kept, indent=1).encode())


def _row(kept: Any, digest: str | None) -> Row | None:
    """Return a kept row if it is one, and of this digest; with None, of any."""
    try:
        return Row(**kept["row"]) if digest in (None, kept["digest"]) else None
    except (TypeError, KeyError):
        return None


def _digests(workspace: Workspace, lessons: Sequence[Path]) -> dict[str, str]:
    """Return for each lesson's folder the digest of what its results depend on; the package is read once."""
    common, found = hashlib.sha256(), {}
    written = [path for path in sorted(workspace.package.rglob("*.py")) if not _is_copy(workspace, path)]
    _add(common, workspace.lessons / FILE, *written)
    for folder in lessons:
        digest = common.copy()
        _add(digest, folder / "checks.py")
        found[folder.name] = digest.hexdigest()
    return found


def _is_copy(workspace: Workspace, path: Path) -> bool:
    """Return whether a file is one that JupyterLab or Python keeps beside a learner's: it changes nothing."""
    return bool(SKIPPED_FOLDERS & {*path.relative_to(workspace.package).parts})


def _add(digest: hashlib._Hash, *paths: Path) -> None:
    for path in paths:
        with contextlib.suppress(OSError):
            digest.update(f"{path} {path.stat().st_size} ".encode("utf-8", "surrogateescape"))
            digest.update(path.read_bytes())


def _file(workspace: Workspace) -> Path:
    return workspace.root / ".autograde" / "progress.json"
