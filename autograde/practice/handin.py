"""What goes in when a lesson is handed in, what stays out, and the archive for where there is no exchange."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from autograde.course.lesson import Lesson
from autograde.course.submission import SKIPPED_FOLDERS, read_sources
from autograde.course.workspace import Workspace
from autograde.errors import AutogradeError, explain

FOLDER = "handed_in"


@dataclass(frozen=True)
class Contents:
    """The files of one lesson, relative to the workspace; `left_out` is what nobody needs."""

    lesson: str
    taken: tuple[str, ...]
    left_out: tuple[str, ...]


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
    stamp = datetime.now().strftime("%Y-%m-%dT%H-%M-%S")
    path = workspace.root / FOLDER / f"{found.lesson}_{stamp}.zip"
    try:
        path.parent.mkdir(exist_ok=True)
        with zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED) as archive:
            for name in found.taken:
                archive.write(workspace.root / name, name)
    except OSError as error:
        what = str(error.filename or path)
        raise AutogradeError(explain(what, "a place to write to", error.strerror)) from error
    return path


def earlier(workspace: Workspace, lesson: str) -> list[str]:
    """Return the archives of a lesson that were written before, the newest first."""
    found = (workspace.root / FOLDER).glob(f"{lesson}_*.zip")
    return [path.relative_to(workspace.root).as_posix() for path in sorted(found, reverse=True)]
