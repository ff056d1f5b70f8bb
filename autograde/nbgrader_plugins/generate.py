"""Lessons through nbgrader's own generate_assignment, in this process, and a guard for its button."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import SaveCells
from sqlalchemy.exc import SQLAlchemyError

from autograde.course.release import (
    digest,
    folder_files,
    read_manifest,
    released_files,
    worked_files,
    write_manifest,
)
from autograde.errors import AutogradeError, explain
from autograde.nbgrader_plugins.config import load_config
from autograde.nbgrader_plugins.log import captured

WITHOUT_GRADEBOOK = [
    preprocessor
    for preprocessor in GenerateAssignment.preprocessors.default()
    if preprocessor is not SaveCells
]


def generate(root: Path, lessons: Iterable[str], *, gradebook: bool | str = False) -> dict[str, bytes]:
    """Return everything that is released, by path: the package, `course.toml` and the folders of `lessons`.

    With `gradebook` the cells and points are also written into the course's gradebook, or into the one
    that it names by its URL.

    Raises:
        AutogradeError: nbgrader could not generate a lesson.
    """
    config = load_config(root)
    files = released_files(root / "solutions")
    with tempfile.TemporaryDirectory() as folder:
        config.CourseDirectory.release_directory = f"{folder}/lessons"
        if gradebook:
            (root / ".course").mkdir(mode=0o700, exist_ok=True)
            if isinstance(gradebook, str):
                config.CourseDirectory.db_url = gradebook
        else:
            config.GenerateAssignment.no_database = True
            config.GenerateAssignment.preprocessors = WITHOUT_GRADEBOOK
        for lesson in lessons:
            directory = CourseDirectory(config=config, assignment_id=lesson)
            _convert(GenerateAssignment(coursedir=directory, config=config), lesson)
            files |= folder_files(Path(folder) / "lessons" / lesson, f"lessons/{lesson}")
    return files


def _convert(converter: GenerateAssignment, lesson: str) -> None:
    with captured(converter.log) as log:
        try:
            converter.start()
        except (NbGraderException, SQLAlchemyError) as error:
            reason = log.reason() or str(error)
            where = f"solutions/lessons/{lesson}"
            if "Cannot add or remove cells" in reason:
                expected = "the cells by which submissions were graded"
                next_step = "Nothing was written. Put them back, or release the lesson under another name."
                raise AutogradeError(explain(where, expected, "others", next_step)) from error
            raise AutogradeError(explain(where, "a lesson for nbgrader", reason)) from error


class GuardedExporter(NotebookExporter):
    """Writes released notebooks; refuses to start where somebody has worked in the released folder.

    nbgrader creates its exporter after it has found the notebooks and before it removes the old folder:
    the only place where its Generate button can be stopped in time.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        converter = self.parent
        if isinstance(converter, GenerateAssignment):
            _guard(converter)


def _guard(converter: GenerateAssignment) -> None:
    """Stop the converter if it would overwrite work; else let it record what it generates."""
    root = Path(converter.coursedir.root)
    folders = [_released_folder(converter, root, Path(source).name) for source in converter.assignments]
    inside = [folder for folder in folders if folder]
    worked = [path for folder in inside for path in worked_files(root, folder)]
    if worked:
        message = explain(
            ", ".join(worked),
            "the text that was generated last",
            "somebody's work",
            "Move it elsewhere, or restore it from version control, and generate again.",
        )
        converter.log.error(message)
        raise NbGraderException(message)
    if inside:
        converter.post_convert_hook = lambda **_: _record(root, inside)


def _released_folder(converter: GenerateAssignment, root: Path, lesson: str) -> str:
    """Return the folder relative to the course, or "" when the lesson is generated elsewhere."""
    folder = Path(converter._format_dest(lesson, "."))
    return folder.relative_to(root).as_posix() if folder.is_relative_to(root) else ""


def _record(root: Path, folders: list[str]) -> None:
    manifest = read_manifest(root)
    for folder in folders:
        kept = {path: text for path, text in manifest.items() if not path.startswith(f"{folder}/")}
        present = folder_files(root / folder, folder)
        manifest = kept | {path: digest(content) for path, content in present.items()}
    write_manifest(root, manifest)
