"""The folder `autograded/<student>/<lesson>` as nbgrader's converters leave it, made without them."""

from __future__ import annotations

import fnmatch
import functools
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nbformat import NotebookNode, from_dict
from nbformat.v4 import writes_json
from nbgrader import utils
from nbgrader.converters import Autograde
from nbgrader.preprocessors import ClearOutput

from autograde.classroom.store import Graded
from autograde.nbgrader_plugins import judging
from autograde.nbgrader_plugins.notes import NOTE
from autograde.nbgrader_plugins.plan import NotebookPlan, OwnWay, grade_id
from autograde.nbgrader_plugins.submitted import read_released, usable_notebook

BEFORE, BEHIND = '{\n "cells": [\n', '\n ],\n "metadata": {},\n "nbformat": 4\n}'
"""What stands around the only cell of a notebook."""

if TYPE_CHECKING:
    from autograde.nbgrader_plugins.cycle import Nbgrader


@dataclass(frozen=True)
class Autograded:
    """A graded notebook: its bytes, and what the gradebook keeps of each cell."""

    name: str
    content: bytes
    scores: Mapping[str, float | None]
    comments: Mapping[str, str | None]


class Writer:
    """Makes the graded notebooks of a lesson and writes its folders."""

    def __init__(self, nbgrader: Nbgrader, lesson: str) -> None:
        config = nbgrader.config
        converter = Autograde(coursedir=nbgrader.directory(lesson), config=config)
        self._mode = int(str(converter.permissions), 8)
        self._ignored = (*converter.coursedir.ignore, "*.ipynb")
        self._source = nbgrader.root / str(converter.coursedir.source_directory) / lesson
        self._clear = ClearOutput(config=config)
        self._known = functools.cache(read_released)

    def usable(self, path: Path, plan: NotebookPlan) -> NotebookNode:
        """Return the notebook that is graded: the submitted one, made fit, before the judge has spoken.

        Raises:
            OwnWay: it is odd in a way that only nbgrader's converters know.
        """
        if not path.is_file():
            raise OwnWay(str(path))
        notebook = usable_notebook(path, plan.released, self._known(plan.released))
        if not plan.fits(notebook):  # nor is a cell there twice, then
            raise OwnWay("cells")
        notebook, _ = self._clear.preprocess(notebook, {})
        plan.overwrite(notebook)
        return notebook

    def autograded(
        self, notebook: NotebookNode, plan: NotebookPlan, graded: Graded, sources: Mapping[str, bytes]
    ) -> Autograded:
        """Fill in what the judge said. Spends `notebook`.

        Metadata and outputs are ours by now: the plan has validated them for the whole class. No output is
        of a kind that nbgrader's LimitOutput cuts.
        """
        shown = dict(sources)
        for cell in filter(judging.is_exercise, notebook.cells):
            judging.write_outputs(cell, graded)
            judging.show_source(cell, graded, shown)
        cells = [cell for cell in notebook.cells if grade_id(cell)]
        return Autograded(
            plan.name,
            (_written(notebook) + "\n").encode(),
            {grade_id(cell): _score(cell, graded) for cell in cells if utils.is_grade(cell)},
            {grade_id(cell): judging.comment(cell, graded) for cell in cells if utils.is_solution(cell)},
        )

    def write(self, submitted: Path, target: Path, notebooks: list[Autograded]) -> None:
        """Write the folder anew: what was submitted, the course's files over it, the graded notebooks."""
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        self._copy(submitted, target)
        self._copy(self._source, target)
        for notebook in notebooks:
            written = target / f"{notebook.name}.ipynb"
            part = written.with_suffix(".part")
            part.write_bytes(notebook.content)
            part.chmod(self._mode)
            part.replace(written)

    def _copy(self, folder: Path, target: Path) -> None:
        """Copy the files that nbgrader copies: neither their names nor those of their folders are ignored."""
        for place, folders, names in os.walk(folder):
            folders[:] = [name for name in folders if not _matches(name, self._ignored)]
            copied = [name for name in names if not _matches(name, self._ignored)]
            there = target / Path(place).relative_to(folder)
            if copied:
                there.mkdir(parents=True, exist_ok=True)
            for name in copied:
                _copy_file(Path(place, name), there / name, self._mode)


def _copy_file(path: Path, target: Path, mode: int) -> None:
    if target.is_dir():  # called like a file of the course, which lies there from now on
        shutil.rmtree(target)
    target.unlink(missing_ok=True)  # it may not be written to
    with path.open("rb") as read, target.open("wb") as written:
        shutil.copyfileobj(read, written)
        os.fchmod(written.fileno(), mode)


def _written(notebook: NotebookNode) -> str:
    """Return what nbformat writes, cell by cell: most cells are those of everybody's notebook."""
    frame = writes_json(NotebookNode({**notebook, "cells": []}))
    cells = ",\n".join(
        (_cell if cell.get("outputs") else _same_cell)(json.dumps(cell, sort_keys=True))
        for cell in notebook.cells
    )
    return frame.replace('"cells": []', f'"cells": [\n{cells}\n ]', 1) if cells else frame


def _cell(cell: str) -> str:
    """Return the JSON of a cell as it stands in a notebook."""
    alone = {"cells": [json.loads(cell)], "metadata": {}, "nbformat": 4}
    return writes_json(from_dict(alone)).removeprefix(BEFORE).removesuffix(BEHIND)


_same_cell = functools.lru_cache(maxsize=256)(_cell)


def _score(cell: NotebookNode, graded: Graded) -> float | None:
    if judging.is_exercise(cell):
        return judging.earned_points(cell, judging.exercise_result(cell, graded))
    score, _ = utils.determine_grade(cell)
    return None if score is None else float(score)


@functools.lru_cache(maxsize=1024)
def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    """Whether a shell would list a name under one of the patterns: a dot in front must be named."""
    return any(
        fnmatch.fnmatchcase(name, pattern) and (pattern.startswith(".") or not name.startswith("."))
        for pattern in patterns
    )


def note_of(notebook: NotebookNode) -> tuple[str, ...]:
    """Return what is said about a notebook that could not be used as it was."""
    note = notebook.metadata.get(NOTE)
    return (note,) if isinstance(note, str) else ()
