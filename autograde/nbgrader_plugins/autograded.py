"""The folder `autograded/<student>/<lesson>` as nbgrader's converters leave it, made without them."""

from __future__ import annotations

import fnmatch
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbformat import NotebookNode
from nbformat.v4 import writes_json
from nbgrader import utils
from nbgrader.converters import Autograde
from nbgrader.preprocessors import ClearOutput, DeduplicateIds, LimitOutput

from autograde.classroom.store import Graded
from autograde.nbgrader_plugins import judging
from autograde.nbgrader_plugins.notes import NOTE
from autograde.nbgrader_plugins.plan import NotebookPlan, OwnWay, grade_id
from autograde.nbgrader_plugins.submitted import usable_notebook

if TYPE_CHECKING:
    from autograde.nbgrader_plugins.cycle import Nbgrader


@dataclass(frozen=True)
class Autograded:
    """A graded notebook: its bytes, and what the gradebook keeps of each cell."""

    name: str
    content: bytes
    scores: Mapping[str, float | None]
    comments: Mapping[str, str | None]
    answers: Mapping[str, str]


class Writer:
    """Makes the graded notebooks of a lesson and writes its folders."""

    def __init__(self, nbgrader: Nbgrader, lesson: str) -> None:
        config = nbgrader.config
        converter = Autograde(coursedir=nbgrader.directory(lesson), config=config)
        self._mode = int(str(converter.permissions), 8)
        self._ignored = [*converter.coursedir.ignore, "*.ipynb"]
        self._source = nbgrader.root / str(converter.coursedir.source_directory) / lesson
        self._before = [ClearOutput(config=config), DeduplicateIds(config=config)]
        self._limit = LimitOutput(config=config)

    def usable(self, path: Path, plan: NotebookPlan) -> NotebookNode:
        """Return the notebook that is graded: the submitted one, made fit, before the judge has spoken.

        Raises:
            OwnWay: it is odd in a way that only nbgrader's converters know.
        """
        if not path.is_file():
            raise OwnWay(str(path))
        notebook = usable_notebook(path, plan.released)
        if not plan.fits(notebook):
            raise OwnWay("cells")
        resources: dict[str, Any] = {}
        for preprocessor in self._before:
            notebook, resources = preprocessor.preprocess(notebook, resources)
        plan.overwrite(notebook)
        return notebook

    def autograded(
        self, notebook: NotebookNode, plan: NotebookPlan, graded: Graded, sources: Mapping[str, bytes]
    ) -> Autograded:
        """Fill in what the judge said. Spends `notebook`.

        Metadata and outputs are ours by now: the plan has validated them for the whole class.
        """
        shown = dict(sources)
        for cell in filter(judging.is_exercise, notebook.cells):
            judging.write_outputs(cell, graded)
            judging.show_source(cell, graded, shown)
        notebook, _ = self._limit.preprocess(notebook, {})
        cells = [cell for cell in notebook.cells if grade_id(cell)]
        return Autograded(
            plan.name,
            (writes_json(notebook) + "\n").encode(),
            {grade_id(cell): _score(cell, graded) for cell in cells if utils.is_grade(cell)},
            {grade_id(cell): judging.comment(cell, graded) for cell in cells if utils.is_solution(cell)},
            {grade_id(cell): judging.answer_digest(cell, sources) for cell in cells if utils.is_grade(cell)},
        )

    def write(self, submitted: Path, target: Path, notebooks: list[Autograded]) -> None:
        """Write the folder anew: what was submitted, the course's files over it, the graded notebooks."""
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        for folder in (submitted, self._source):
            for path in _files(folder, self._ignored):
                written = target / path.relative_to(folder)
                written.parent.mkdir(parents=True, exist_ok=True)
                if written.is_dir():  # called like a file of the course, which lies there from now on
                    shutil.rmtree(written)
                written.unlink(missing_ok=True)
                shutil.copyfile(path, written)
                written.chmod(self._mode)
        for notebook in notebooks:
            written = target / f"{notebook.name}.ipynb"
            part = written.with_suffix(".part")
            part.write_bytes(notebook.content)
            part.chmod(self._mode)
            part.replace(written)


def _score(cell: NotebookNode, graded: Graded) -> float | None:
    if judging.is_exercise(cell):
        return judging.earned_points(cell, judging.exercise_result(cell, graded))
    score, _ = utils.determine_grade(cell)
    return None if score is None else float(score)


def _files(folder: Path, ignored: list[str]) -> Iterator[Path]:
    """Yield the files that nbgrader copies: those whose names, and whose folders' names, are not ignored."""
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not _matches(name, ignored)]
        yield from (Path(place) / name for name in names if not _matches(name, ignored))


def _matches(name: str, patterns: list[str]) -> bool:
    """Whether a shell would list a name under one of the patterns: a dot in front must be named."""
    return any(
        fnmatch.fnmatchcase(name, pattern) and (pattern.startswith(".") or not name.startswith("."))
        for pattern in patterns
    )


def note_of(notebook: NotebookNode) -> tuple[str, ...]:
    """Return what is said about a notebook that could not be used as it was."""
    note = notebook.metadata.get(NOTE)
    return (note,) if isinstance(note, str) else ()
