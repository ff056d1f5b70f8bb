"""The folder `autograded/<student>/<lesson>` as nbgrader's converters leave it, made without them.

It is made where the submission was judged: one process would not keep up with two that judge. It lies aside
until the verdict is in the store.
"""

from __future__ import annotations

import fnmatch
import functools
import json
import os
import pickle
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from nbformat import NotebookNode, from_dict
from nbformat.v4 import writes_json
from nbgrader import utils
from nbgrader.converters import Autograde
from nbgrader.preprocessors import ClearOutput

from autograde.classroom.grading import HandedIn
from autograde.classroom.store import Graded
from autograde.nbgrader_plugins import judging
from autograde.nbgrader_plugins.answers import Released
from autograde.nbgrader_plugins.plan import NotebookPlan, OwnWay, grade_id
from autograde.nbgrader_plugins.sentences import NOTE
from autograde.nbgrader_plugins.submitted import read_released, usable_notebook
from autograde.verdict import SubmissionResult

BEFORE, BEHIND = '{\n "cells": [\n', '\n ],\n "metadata": {},\n "nbformat": 4\n}'
"""What stands around the only cell of a notebook."""

PART_BYTES = 1 << 20

if TYPE_CHECKING:
    from autograde.nbgrader_plugins.cycle import Nbgrader


@dataclass(frozen=True)
class Autograded:
    """A graded notebook: how long its file is, and what the gradebook keeps of each cell."""

    size: int
    scores: Mapping[str, float | None]
    comments: Mapping[str, str | None]


@dataclass(frozen=True)
class Made:
    """What is made of a submission that was judged, or not.

    Args:
        graded: what came out, with what must be said of the notebook.
        answers: what identifies each answer that a person may grade, by its cell; none were read where it is
            empty.
        notebook: the graded one; None where only nbgrader's converters can make it.
        problem: why its folder could not be written.
    """

    graded: Graded
    answers: Mapping[str, str]
    notebook: Autograded | None = None
    problem: str = ""


class Maker:
    """Makes the graded folders of a lesson. It travels to where the submissions are judged."""

    def __init__(self, nbgrader: Nbgrader, lesson: str, plan: NotebookPlan, package: str) -> None:
        self._plan, self._package = plan, package
        converter = Autograde(coursedir=nbgrader.directory(lesson), config=nbgrader.config)
        self._mode = int(str(converter.permissions), 8)
        self._ignored = (*converter.coursedir.ignore, "*.ipynb")
        self._source = nbgrader.root / str(converter.coursedir.source_directory) / lesson
        released = read_released(plan.released).notebook
        cleared, _ = ClearOutput(config=nbgrader.config).preprocess(released, {})
        self._known = Released(cleared)

    def make(self, folder: Path, target: Path, handed: HandedIn, found: SubmissionResult | str) -> Made:
        """Make the folder `target` of a submission that lies in `folder`, whatever that is."""
        answers: dict[str, str] = {}
        shown = judging.below(self._package, handed.job.sources)
        try:
            notebook = self._usable(folder / f"{self._plan.name}.ipynb")
            handed = replace(handed, notes=(*_note(notebook), *handed.notes))
            answers = self._answers(notebook, shown)
            text, made = self._autograded(notebook, handed.graded(found), shown)
        except Exception:  # a notebook is data from a stranger; whatever it does here, one way is left
            return Made(handed.graded(found), answers)
        try:
            self._write(folder, target, text)
        except OSError as error:
            return Made(handed.graded(found), answers, made, f"{error.strerror}: {error.filename}")
        return Made(handed.graded(found), answers, made)

    def _usable(self, path: Path) -> NotebookNode:
        """Return the notebook that is graded: the submitted one, made fit, before the judge has spoken.

        Raises:
            OwnWay: it is odd in a way that only nbgrader's converters know.
        """
        if not path.is_file():
            raise OwnWay(str(path))
        notebook = usable_notebook(path, self._plan.released, self._known)
        if not self._plan.fits(notebook):  # nor is a cell there twice, then
            raise OwnWay("cells")
        self._plan.overwrite(notebook)
        return notebook

    def _answers(self, notebook: NotebookNode, shown: Mapping[str, bytes]) -> dict[str, str]:
        code = judging.code_digest(shown)
        graded = [cell for cell in notebook.cells if grade_id(cell) in self._plan.grades]
        return {grade_id(cell): judging.answer_digest(cell, code) for cell in graded}

    def _autograded(
        self, notebook: NotebookNode, graded: Graded, shown: dict[str, bytes]
    ) -> tuple[bytes, Autograded]:
        """Fill in what the judge said. Spends `notebook` and `shown`.

        Metadata and outputs are ours by now: the plan has validated them for the whole class. No output is
        of a kind that nbgrader's LimitOutput cuts.
        """
        for cell in filter(judging.is_exercise, notebook.cells):
            judging.write_outputs(cell, graded)
            judging.show_source(cell, graded, shown)
        cells = [cell for cell in notebook.cells if grade_id(cell)]
        text = (_written(notebook) + "\n").encode()
        return text, Autograded(
            len(text),
            {grade_id(cell): _score(cell, graded) for cell in cells if utils.is_grade(cell)},
            {grade_id(cell): judging.comment(cell, graded) for cell in cells if utils.is_solution(cell)},
        )

    def _write(self, folder: Path, target: Path, notebook: bytes) -> None:
        """Write a folder: what was submitted, the course's files over it, the graded notebook."""
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        self._copy(folder, target)
        self._copy(self._source, target)
        written = target / f"{self._plan.name}.ipynb"
        written.write_bytes(notebook)
        written.chmod(self._mode)

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


@dataclass(frozen=True)
class Making:
    """What is to be made of one submission.

    Args:
        maker: the lesson's, pickled, for a process to read once.
        folder: where the submission lies.
        made: where its graded folder lies until it counts.
        handed: what was read of it.
    """

    maker: bytes
    folder: Path
    made: Path
    handed: HandedIn

    def __call__(self, found: SubmissionResult | str) -> Made:
        """Make it, once it is judged, or once it is known why it cannot be."""
        return _maker(self.maker).make(self.folder, self.made, self.handed, found)


@functools.lru_cache(maxsize=4)
def _maker(pickled: bytes) -> Maker:
    found: Maker = pickle.loads(pickled)
    return found


def _copy_file(path: Path, target: Path, mode: int) -> None:
    if target.exists():  # it was submitted, and is called like a file of the course, which lies there now
        shutil.rmtree(target) if target.is_dir() else target.unlink()
    with path.open("rb", buffering=0) as read, target.open("xb", buffering=0) as written:
        shutil.copyfileobj(read, written, PART_BYTES)
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


def _note(notebook: NotebookNode) -> tuple[str, ...]:
    """Return what is said about a notebook that could not be used as it was."""
    note = notebook.metadata.get(NOTE)
    return (note,) if isinstance(note, str) else ()
