"""A course of two small lessons, made anew for a test: real files, a real exchange, a real gradebook."""

from __future__ import annotations

import atexit
import functools
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

ROOT = Path(__file__).resolve().parent.parent

REFERENCE = '''"""Numbers."""

from __future__ import annotations


def double(x):
    """Return x + x, for an array x of any shape."""
    # Exercise 01.1 (2 lines): add x to itself.
    ### BEGIN SOLUTION
    twice_as_much_as_what_was_handed_in = x + x
    return twice_as_much_as_what_was_handed_in
    ### END SOLUTION


def square(x):
    """Return x * x, for an array x of any shape."""
    # Exercise 02.1 (1 line): multiply x by itself.
    ### BEGIN SOLUTION
    return x * x
    ### END SOLUTION
'''

PUBLIC = '''"""The public checks of this lesson."""

import numpy as np

from autograde.compare import expect_close
from autograde.exercise import Exercise

HINTS = ("an idea", "a formula", "the steps")
exercise = Exercise("{id}", "numbers.{name}", title="{name}", minutes=1, hints=HINTS)


@exercise.check
def one_number(learner, draw):
    """It is right for 2."""
    expect_close("result", learner.{name}(np.array([2.0])), np.array([4.0]))
'''

HIDDEN = '''"""The hidden checks of this lesson."""

import numpy as np
from reference import numbers as reference

from autograde.compare import expect_close
from autograde.exercise import HiddenChecks

hidden = HiddenChecks("{id}")
EXPECTED_RESULT_THAT_NOBODY_MAY_SEE = 31337.25


@hidden.check(points=3, gate=True)
def random_numbers(learner, draw):
    """It is right for drawn numbers."""
    x = draw.normal(3, 5)
    expect_close("result", learner.{name}(x), reference.{name}(x))


@hidden.check(points=2)
def large_numbers(learner, draw):
    """It is right for large numbers."""
    x = draw.normal(7) * 1e6
    expect_close("result", learner.{name}(x), reference.{name}(x))
'''

MISCONCEPTION = '''"""Your result matches the square of x. What is the sum of x and x?"""


def double(x):
    return x * x
'''

RIGHT = {"double": "2 * x", "square": "x ** 2"}


def make_course(root: Path) -> Path:
    """Write the course into the new folder `root` and return it."""
    solutions = root / "solutions"
    _write(solutions / "attnlib" / "__init__.py", '"""The library that you fill in."""\n')
    _write(solutions / "attnlib" / "numbers.py", REFERENCE)
    _write(solutions / "attnlib" / "cpu" / "__init__.py", '"""The NumPy path."""\n')
    _write(solutions / "attnlib" / "shapes.py", '"""By this file a workspace knows its course."""\n')
    _write(solutions / "attnlib" / "widgets" / "__init__.py", '"""Given, like a picture: no exercise."""\n')
    _write(solutions / "attnlib" / "widgets" / "clock.js", "export default { render };\n")
    _write(solutions / "misconceptions" / "01.1" / "squares.py", MISCONCEPTION)
    for lesson, exercise_id, name in (("01_double", "01.1", "double"), ("02_square", "02.1", "square")):
        _write(solutions / "checks" / f"{lesson}.py", HIDDEN.format(id=exercise_id, name=name))
        _write(solutions / "lessons" / lesson / "checks.py", PUBLIC.format(id=exercise_id, name=name))
        notebook = lesson_notebook(lesson, exercise_id, written=lesson == "02_square")
        nbformat.write(notebook, solutions / "lessons" / lesson / f"{lesson}.ipynb")
    shutil.copyfile(ROOT / "nbgrader_config.py", root / "nbgrader_config.py")
    shutil.copyfile(ROOT / "requirements.txt", root / "requirements.txt")
    return root


@functools.cache
def _released() -> Path:
    """Return a course whose lessons are in the exchange and the gradebook; made once, never touched."""
    from autograde.course.release import lesson_names, write_generated
    from autograde.nbgrader_plugins.cycle import Nbgrader
    from autograde.nbgrader_plugins.generate import generate

    root = make_course(Path(tempfile.mkdtemp(prefix="mini-course-")) / "course")
    atexit.register(shutil.rmtree, root.parent)
    lessons = lesson_names(root)
    write_generated(root, generate(root, lessons, gradebook=True), ["attnlib", "lessons"])
    for lesson in lessons:
        Nbgrader(root).release(lesson)
    return root


def make_released_course(root: Path) -> Path:
    """Return a released course in the new folder `root`. Copying one is faster than making one."""
    shutil.copytree(_released(), root)
    return root


@contextmanager
def own_reference() -> Iterator[None]:
    """Keep the package `reference`, which other tests have loaded from the real course, out of the way."""
    from autograde.classroom.grading import warm_grader

    found = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "reference"}
    try:
        yield
    finally:
        warm_grader().close()
        for name in [name for name in sys.modules if name.partition(".")[0] == "reference"]:
            del sys.modules[name]
        sys.modules.update(found)


def lesson_notebook(lesson: str, exercise_id: str, *, written: bool) -> Any:
    """Return the source of a lesson with one exercise, and a written one if asked."""
    number = exercise_id.replace(".", "-")
    cells = [
        new_markdown_cell(f"# {lesson}\n\nTwo numbers, with $x < 3$.", id="title"),
        new_code_cell("%load_ext autograde.notebook", id="load"),
        new_code_cell(
            f'check("{exercise_id}")',
            id="check",
            metadata={"nbgrader": _metadata(f"exercise-{number}", 5, grade=True, locked=True)},
        ),
    ]
    if written:
        question = {"nbgrader": _metadata("question-02-2", None, locked=True)}
        answer = {"nbgrader": _metadata("exercise-02-2", 4, grade=True, solution=True)}
        cells += [
            new_markdown_cell("What does a square look like?", id="question", metadata=question),
            new_markdown_cell("The model answer: four equal sides.", id="answer", metadata=answer),
        ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return new_notebook(cells=cells, metadata=kernel)


def answer(workspace: Path, name: str, expression: str) -> None:
    """Fill in one function of the workspace's `attnlib`."""
    path = workspace / "attnlib" / "numbers.py"
    before, _, after = path.read_text().partition(f"def {name}(x):")
    stub = next(line for line in after.splitlines() if "NotImplementedError" in line)
    path.write_text(before + f"def {name}(x):" + after.replace(stub, f"    return {expression}", 1))


def _metadata(
    grade_id: str, points: int | None, *, grade: bool = False, solution: bool = False, locked: bool = False
) -> dict[str, Any]:
    found: dict[str, Any] = {
        "schema_version": 3,
        "grade": grade,
        "solution": solution,
        "locked": locked,
        "task": False,
    }
    return found | {"grade_id": grade_id} | ({"points": points} if points is not None else {})


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
