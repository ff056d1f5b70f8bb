"""What an instructor reads beside a written answer: what a point is for, and a model answer.

A rubric lies in `solutions/rubrics/04.5.md`, a list with one line for each point. The model answer stands
in the lesson's source, in the cell that learners find empty.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import nbformat

from autograde.course.course import find_course
from autograde.errors import AutogradeError
from autograde.nbgrader_plugins.answers import grade_id, is_answer
from autograde.nbgrader_plugins.judging import exercise_id


@dataclass(frozen=True)
class Beside:
    """What stands beside one answer, as Markdown; "" where there is none."""

    rubric: str
    model: str


def beside(root: Path, lesson: str) -> dict[str, Beside]:
    """Return what stands beside the written answers of a lesson, by the names of their cells."""
    found: dict[str, Beside] = {}
    for path in sorted((root / "solutions" / "lessons" / lesson).glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            if is_answer(cell):
                name = grade_id(cell)
                found[name] = Beside(_rubric(root, exercise_id(name)), cell.source)
    return found


def of_autograded(folder: Path) -> dict[str, Beside]:
    """Return what stands beside the answers in such a folder as autograded/<student>/<lesson>."""
    try:
        return beside(find_course(folder), folder.name)
    except (AutogradeError, OSError, ValueError):
        return {}


def _rubric(root: Path, exercise: str) -> str:
    path = root / "solutions" / "rubrics" / f"{exercise}.md"
    return path.read_text("utf-8-sig", "replace") if exercise and path.is_file() else ""
