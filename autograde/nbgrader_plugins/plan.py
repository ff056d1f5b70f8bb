"""What it takes to grade a lesson past nbgrader's converters, read once: its cells, the gradebook's rows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Assignment, Gradebook, MissingEntry, Notebook
from nbgrader.converters import Autograde
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.preprocessors import OverwriteCells, OverwriteKernelspec

from autograde.errors import AutogradeError, explain
from autograde.nbgrader_plugins.config import AUTOGRADE_PREPROCESSORS
from autograde.nbgrader_plugins.notes import released_notebook

if TYPE_CHECKING:
    from autograde.nbgrader_plugins.cycle import Nbgrader


class OwnWay(Exception):
    """Something that only nbgrader's own converters do right."""


@dataclass(frozen=True)
class NotebookPlan:
    """One notebook of a lesson.

    Args:
        name: without its suffix.
        released: where it lies as it was released.
        cells: the cells that nbgrader knows, as it overwrites a learner's, by their names.
        metadata: the notebook's, with the gradebook's kernel.
        id: of its row.
        grades: the rows of its graded cells, by name.
        comments: the rows of its cells that can be commented on, by name.
    """

    name: str
    released: Path
    cells: Mapping[str, NotebookNode]
    metadata: NotebookNode
    id: str
    grades: Mapping[str, str]
    comments: Mapping[str, str]

    def fits(self, notebook: NotebookNode) -> bool:
        """Whether a notebook has each of the cells once and of its kind."""
        kinds = [(name, cell.cell_type) for cell in notebook.cells if (name := grade_id(cell))]
        return sorted(kinds) == sorted((name, cell.cell_type) for name, cell in self.cells.items())

    def overwrite(self, notebook: NotebookNode) -> None:
        """Do to a notebook that fits what nbgrader's OverwriteKernelspec and OverwriteCells do.

        The metadata are the plan's own, which nobody changes any more.
        """
        if "kernelspec" in self.metadata:
            notebook.metadata["kernelspec"] = self.metadata["kernelspec"]
        for cell in notebook.cells:
            known = self.cells.get(grade_id(cell))
            if known is not None:
                cell.metadata = known.metadata
                if not known.metadata.nbgrader.get("solution"):
                    cell.source = known.source


@dataclass(frozen=True)
class LessonPlan:
    """One lesson: its notebooks, its row, and the digest of all that shows in a grade."""

    lesson: str
    id: str
    notebooks: tuple[NotebookPlan, ...]
    digest: str


def lesson_plan(nbgrader: Nbgrader, lesson: str) -> LessonPlan:
    """Return the plan of a lesson.

    Raises:
        OwnWay: the lesson, or the configuration, has something that only nbgrader's converters know.
        AutogradeError: the gradebook does not know the lesson, or cannot be used.
    """
    converter = Autograde(coursedir=nbgrader.directory(lesson), config=nbgrader.config)
    if converter.autograde_preprocessors != AUTOGRADE_PREPROCESSORS or converter.exclude_overwriting:
        raise OwnWay("nbgrader_config.py")
    if converter.sanitize_preprocessors != Autograde.sanitize_preprocessors.default():
        raise OwnWay("nbgrader_config.py")
    with nbgrader.gradebook() as gradebook:
        assignment = _assignment(gradebook, lesson)
        plans = tuple(_notebook_plan(converter, gradebook, lesson, row) for row in assignment.notebooks)
        if len(plans) != 1:
            raise OwnWay(f"{len(plans)} notebooks")
        shown = [[plan.name, plan.released.read_text("utf-8"), plan.cells, plan.metadata] for plan in plans]
        digest = hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()
        return LessonPlan(lesson, assignment.id, plans, digest)


def _assignment(gradebook: Gradebook, lesson: str) -> Assignment:
    try:
        return gradebook.find_assignment(lesson)
    except MissingEntry:
        raise AutogradeError(
            explain(lesson, "a lesson in the gradebook", "none", "Run: autograde release")
        ) from None


def _notebook_plan(converter: Autograde, gradebook: Gradebook, lesson: str, row: Notebook) -> NotebookPlan:
    path = released_notebook(converter, lesson, f"{row.name}.ipynb")
    notebook = nbformat.read(path, as_version=4)
    before = [grade_id(cell) for cell in notebook.cells if grade_id(cell)]
    ids = {"notebook": row.name, "assignment": lesson, "student": "", "db_url": converter.coursedir.db_url}
    resources: dict[str, Any] = {"nbgrader": ids}
    for preprocessor in (OverwriteKernelspec, OverwriteCells):
        notebook, resources = preprocessor(config=converter.config).preprocess(notebook, resources)
    MetadataValidator().validate_nb(notebook)
    cells = {grade_id(cell): cell for cell in notebook.cells if grade_id(cell)}
    graded = {cell.name: cell.id for cell in row.grade_cells}
    commented = {cell.name: cell.id for cell in row.solution_cells}
    same = (
        before == list(cells)
        and set(cells) == {cell.name for cell in row.source_cells}
        and set(graded) == {name for name, cell in cells.items() if cell.metadata.nbgrader.get("grade")}
        and set(commented) == {name for name, cell in cells.items() if cell.metadata.nbgrader.get("solution")}
    )
    if not same or row.task_cells:
        raise OwnWay(f"the cells of {row.name}")
    return NotebookPlan(row.name, path, cells, notebook.metadata, row.id, graded, commented)


def grade_id(cell: NotebookNode) -> str:
    """Return nbgrader's name of a cell, or ""."""
    found = cell.metadata.get("nbgrader", {})
    return str(found.get("grade_id", "")) if isinstance(found, dict) else ""
