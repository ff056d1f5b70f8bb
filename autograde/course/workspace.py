"""The learner's folder: where it is, what it holds, and how an exercise goes back to its start.

A workspace is a folder with `lessons/` and, beside it, the package that the course names. It is found by
walking up from the current folder, or by the variable AUTOGRADE_WORKSPACE; nothing else configures it.
"""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from autograde.course.lesson import Lesson, lesson_folders, load_lesson
from autograde.course.restore import restored
from autograde.course.settings import FILE, Settings, read_settings
from autograde.course.stub import skeleton
from autograde.errors import AutogradeError, explain
from autograde.exercise import Exercise

VARIABLE = "AUTOGRADE_WORKSPACE"


@dataclass(frozen=True)
class Workspace:
    """A folder that holds `lessons/` and the package that the learner fills in."""

    root: Path
    settings: Settings

    @property
    def package(self) -> Path:
        """Return the folder that the learner fills in."""
        return self.root / self.settings.package

    @property
    def lessons(self) -> Path:
        """Return the folder of the lessons."""
        return self.root / "lessons"

    @property
    def solutions(self) -> Path | None:
        """Return the folder of the solutions; None on a learner's machine."""
        folder = self.root / "solutions"
        return folder if folder.is_dir() else None


@dataclass(frozen=True)
class Reset:
    """What a reset did; `extent` is "function", "file" or "nothing"."""

    exercise_id: str
    file: str
    functions: tuple[str, ...]
    extent: str
    backup: str | None

    @property
    def sentence(self) -> str:
        """Return what a learner reads."""
        names = " and ".join(self.functions)
        if self.extent == "nothing":
            return f"{self.exercise_id}: {names} in {self.file} is as it was released. Nothing changed."
        whole = "because the file could not be read as Python, all of it was restored"
        if self.extent == "file":
            done = f"{self.file} is restored as a whole" if not self.backup else f"{self.file}: {whole}"
        else:
            done = f"{names} in {self.file} is back to where it began"
        kept = f" Your file before this is kept as {self.backup}." if self.backup else ""
        return f"{self.exercise_id}: {done}.{kept}"


def find_workspace(start: Path | None = None) -> Workspace:
    """Return the workspace around `start`, by default the current folder.

    Raises:
        AutogradeError: there is none, or the folder is not this course's, or it cannot be read.
    """
    if named := os.environ.get(VARIABLE):
        return _checked(Path(named).expanduser().resolve(), f"{VARIABLE}={named}")
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if _is_file(folder / "lessons" / FILE):
            return _checked(folder, str(folder))
    next_step = f"Change to the folder of the course, or name it in {VARIABLE}."
    raise AutogradeError(
        explain("course folder", f"lessons/{FILE} here or above", f"none from {here} up", next_step)
    )


def _checked(root: Path, what: str) -> Workspace:
    if not _is_folder(root / "lessons"):
        raise AutogradeError(explain(what, "a folder lessons/ in it", "none"))
    _expect_readable(root / "lessons")
    workspace = Workspace(root, read_settings(root / "lessons"))
    if not _is_folder(workspace.package):
        next_step = "Fetch the lesson again: it brings what is missing."
        raise AutogradeError(explain(what, f"a folder {workspace.package.name}/ in it", "none", next_step))
    _expect_readable(workspace.package)
    return workspace


def _expect_readable(folder: Path) -> None:
    if not _is_readable(folder):
        next_step = f"Run: chmod -R u+rwX {folder}"
        raise AutogradeError(
            explain(str(folder), "a folder that you may read", "permission denied", next_step)
        )


def _is_readable(folder: Path) -> bool:
    """Return whether this process may list the folder and enter it."""
    try:
        next(folder.iterdir(), None)
        (folder / "__init__.py").exists()
    except PermissionError:
        return False
    return True


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except PermissionError:
        return False


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except PermissionError:
        return False


def find_lesson(workspace: Workspace, exercise_id: str) -> tuple[Lesson, Exercise]:
    """Return the exercise with this id and its lesson; only that lesson's file is executed.

    Raises:
        AutogradeError: there is no such lesson or exercise; says which there are.
    """
    if not isinstance(exercise_id, str):
        next_step = 'Put the id in quotes, as in "03.1".'
        raise AutogradeError(explain("exercise", "an id in quotes", repr(exercise_id), next_step))
    folders = {folder.name: folder for folder in lesson_folders(workspace.lessons)}
    number = exercise_id.partition(".")[0]
    name = next((name for name in folders if number and name.startswith(f"{number}_")), None)
    if name is None:
        lessons = ", ".join(folders) or f"none in {workspace.lessons}"
        raise AutogradeError(explain("exercise", f"an id from a lesson ({lessons})", repr(exercise_id)))
    lesson = load_lesson(folders[name])
    for exercise in lesson.exercises:
        if exercise.id == exercise_id:
            return lesson, exercise
    ids = ", ".join(exercise.id for exercise in lesson.exercises)
    raise AutogradeError(explain("exercise", f"one of {ids} in lesson {name}", repr(exercise_id)))


def pristine(workspace: Workspace, file: str) -> str:
    """Return the text that `file`, a path in the workspace, had when it was released.

    A released course carries a copy in `.autograde/skeleton`; in the instructor's repository it
    is made from the reference.
    """
    copy = workspace.root / ".autograde" / "skeleton" / file
    if copy.is_file():
        return copy.read_text("utf-8")
    if workspace.solutions is not None and (workspace.solutions / file).is_file():
        return skeleton((workspace.solutions / file).read_text("utf-8"), file)
    next_step = "Fetch the lesson again: it brings the copy."
    raise AutogradeError(explain(str(copy), f"the released text of {file}", "no such file", next_step))


def reset(workspace: Workspace, exercise: Exercise) -> Reset:
    """Put the functions of `exercise` back to what was released; the file before is kept in `backup/`.

    Only these functions change. A file that is not Python, or is missing, is restored as a whole.
    """
    path = workspace.root / exercise.file
    names = exercise.names
    released = pristine(workspace, exercise.file)
    before = path.read_bytes() if path.is_file() else None
    text, extent = restored(before, released, names)
    if before == text:
        return Reset(exercise.id, exercise.file, names, "nothing", None)
    try:
        backup = None if before is None else _keep(workspace.root, exercise.file, before)
        write_atomically(path, text)
    except OSError as error:
        message = explain(str(error.filename), "a place to write to", error.strerror, "Nothing was changed.")
        raise AutogradeError(message) from error
    return Reset(exercise.id, exercise.file, names, extent, backup)


def _keep(root: Path, file: str, text: bytes) -> str:
    """Write `text` to a new dated file under `backup/` and return its path relative to the workspace."""
    stamp = datetime.now().strftime("%Y-%m-%dT%H-%M-%S")
    name, count = f"backup/{file}.{stamp}", 1
    while True:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("xb") as opened:
                opened.write(text)
            return name
        except FileExistsError:
            count += 1
            name = f"backup/{file}.{stamp}-{count}"


def write_atomically(path: Path, text: bytes) -> None:
    """Write a file so that a crash leaves either the old text or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.new")
    draft.write_bytes(text)
    if path.exists():
        draft.chmod(path.stat().st_mode & 0o777)
    draft.replace(path)


def next_hint(workspace: Workspace, exercise: Exercise) -> int:
    """Return the number of the hint to show now, 1 to 3, and remember that it was shown."""
    state = _read_state(workspace)
    shown = state.setdefault("hints", {})
    number = min(int(shown.get(exercise.id, 0)) + 1, len(exercise.hints))
    shown[exercise.id] = number
    with contextlib.suppress(OSError):  # a hint is worth more than its count
        write_atomically(_state_file(workspace), json.dumps(state, indent=1, sort_keys=True).encode())
    return number


def _state_file(workspace: Workspace) -> Path:
    return workspace.root / ".autograde" / "state.json"


def _read_state(workspace: Workspace) -> dict[str, Any]:
    """Return what is remembered; a damaged file counts as empty, it only holds counts of hints."""
    try:
        state = json.loads(_state_file(workspace).read_text("utf-8"))
        counts = {str(key): int(value) for key, value in state["hints"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        counts = {}
    return {"hints": counts}
