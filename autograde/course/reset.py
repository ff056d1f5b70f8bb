"""Puts an exercise back to where it began, and an earlier text of its file back to where it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autograde.course import backup
from autograde.course.files import not_written, write_atomically
from autograde.course.putback import put_back, what_is_wrong
from autograde.course.workspace import Workspace, pristine
from autograde.errors import AutogradeError, explain
from autograde.exercise import Exercise


@dataclass(frozen=True)
class Reset:
    """What a reset did; `extent` is "function", "file" or "nothing".

    Args:
        exercise_id: the exercise.
        file: its file, relative to the workspace.
        functions: what was put back.
        extent: "file" where there was none.
        backup: where the file before this is kept; of one that was missing, its last text that was kept.
        broken: where the file cannot be read as Python all the same, such as "line 12".
    """

    exercise_id: str
    file: str
    functions: tuple[str, ...]
    extent: str
    backup: str | None
    broken: str = ""

    @property
    def sentence(self) -> str:
        """Return what a learner reads."""
        names = " and ".join(self.functions)
        if self.extent == "nothing":
            return f"{self.exercise_id}: {names} in {self.file} is as it was released. Nothing changed."
        if self.extent == "file":
            kept = f" What you had in it is kept as {self.backup}." if self.backup else ""
            return (
                f"{self.exercise_id}: {self.file} was missing and is there again, as it was released.{kept}"
            )
        rest = f" The file still cannot be read as Python: look at {self.broken}." if self.broken else ""
        kept = f" Your file before this is kept as {self.backup}."
        return f"{self.exercise_id}: {names} in {self.file} is back to where it began.{kept}{rest}"


@dataclass(frozen=True)
class Restored:
    """What a restore did: `file` holds the text of `version` again; what it held is kept as `backup`."""

    file: str
    version: str
    backup: str | None

    @property
    def sentence(self) -> str:
        """Return what a learner reads."""
        kept = f" What it held before is kept as {self.backup}." if self.backup else ""
        return f"{self.file} is again what {self.version} holds.{kept}"


def reset(workspace: Workspace, exercise: Exercise) -> Reset:
    """Put the functions of `exercise` back to what was released; the file before is kept in `backup/`.

    Only these functions change. A file that is missing is written as a whole.

    Raises:
        AutogradeError: it cannot be done without touching something else; then nothing has changed.
    """
    path, names = (workspace.root / exercise.file).resolve(), exercise.names  # a link stays one
    released = pristine(workspace, exercise.file)
    present = path.read_bytes() if path.is_file() else None
    text = released.encode() if present is None else put_back(present, released, names, exercise.file)
    if present == text:
        return Reset(exercise.id, exercise.file, names, "nothing", None)
    try:
        kept = backup.keep_present(workspace.root, exercise.file)
        kept = kept or next(iter(backup.names(workspace.root, exercise.file)), None)
        write_atomically(path, text)
    except OSError as error:
        raise AutogradeError(not_written(error)) from error
    extent = "file" if present is None else "function"
    return Reset(exercise.id, exercise.file, names, extent, kept, what_is_wrong(text))


def restore(workspace: Workspace, exercise: Exercise, number: int) -> Restored:
    """Bring back the version `number` of an exercise's file, as `versions` counts them: 1 is the newest.

    Raises:
        AutogradeError: there is no such version.
    """
    name = expect_version(exercise, backup.names(workspace.root, exercise.file), number)
    kept = backup.bring_back(workspace.root, exercise.file, name)
    return Restored(exercise.file, name, kept)


def expect_version(exercise: Exercise, found: Sequence[str], number: object) -> str:
    """Return the name of the version with this number; raises AutogradeError where there is none."""
    if isinstance(number, int) and 1 <= number <= len(found):
        return found[number - 1]
    expected = f"a number from 1 to {len(found)}" if found else "a version under backup/"
    next_step = "" if found else "A version is kept at each check, reset and restore."
    actual = repr(number) if found else "none"
    raise AutogradeError(explain(f"{exercise.id} version", expected, actual, next_step))
