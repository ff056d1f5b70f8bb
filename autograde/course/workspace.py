"""The learner's folder: where it is, what it holds, and where a lesson is found in it.

A workspace is a folder with `lessons/` and, beside it, the package that the course names. It is found by
walking up from the current folder, or by the variable AUTOGRADE_WORKSPACE; nothing else configures it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from autograde.course.lesson import Lesson, lesson_folders, load_lesson
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
        next_step = f"Run: chmod -R u+rwX {quote(str(folder))}"
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
    lesson = load_lesson(find_folder(workspace, exercise_id))
    for exercise in lesson.exercises:
        if exercise.id == exercise_id:
            return lesson, exercise
    ids = ", ".join(exercise.id for exercise in lesson.exercises)
    raise AutogradeError(explain("exercise", f"one of {ids} in lesson {lesson.id}", repr(exercise_id)))


def find_folder(workspace: Workspace, id: str, what: str = "exercise") -> Path:
    """Return the folder of the lesson with which an id begins, such as "03.1" or "03"; nothing is executed.

    Raises:
        AutogradeError: there is no such lesson; says which there are.
    """
    folders = {folder.name: folder for folder in lesson_folders(workspace.lessons)}
    number = id.partition(".")[0]
    name = next((name for name in folders if number and name.startswith(f"{number}_")), None)
    if name is None:
        lessons = ", ".join(folders) or f"none in {workspace.lessons}"
        raise AutogradeError(explain(what, f"an id from a lesson ({lessons})", repr(id)))
    return folders[name]


def named_lesson(workspace: Workspace, name: str | None = None) -> Lesson:
    """Return the lesson of this name or number, or the one in whose folder this process is.

    Raises:
        AutogradeError: there is no such lesson, or this is no lesson's folder.
    """
    folders = {folder.name: folder for folder in lesson_folders(workspace.lessons)}
    inside = Path.cwd().resolve()
    here = (each for each, folder in folders.items() if inside.is_relative_to(folder.resolve()))
    wanted = name or next(here, "")
    found = next((folders[each] for each in folders if each == wanted or each.startswith(f"{wanted}_")), None)
    if found is None:
        actual = repr(name) if name else "no name, and this is no lesson's folder"
        raise AutogradeError(explain("lesson", f"one of {', '.join(folders)}", actual))
    return load_lesson(found)


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
