"""The judge on the reference, warm; beside it nbgrader's own way, a kernel that runs the tests."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from row import Row, timed

from autograde.course.course import Course
from autograde.course.submission import read_sources
from autograde.judge import judge_sources
from autograde.sandbox.sandbox import Sandbox

ROOT = Path(__file__).resolve().parent.parent.parent


def measure() -> Iterator[Row]:
    course = Course(ROOT)
    sources = read_sources(ROOT / "solutions", "attnlib")
    with Sandbox() as sandbox:

        def judge(lesson: str) -> None:
            result = judge_sources(sources, lesson=lesson, course=course, sandbox=sandbox)
            assert result.points == result.max_points

        for lesson in course.lessons:
            judge(lesson)
            heavy = lesson[:2] in ("06", "08", "09")
            wanted = 100.0 if lesson == "03_softmax" else None
            yield Row(
                f"judge {lesson}",
                timed(partial(judge, lesson), 3 if heavy else 20),
                wanted=wanted,
            )
    yield Row("peer: a kernel runs three asserts (nbgrader's Execute)", timed(_execute, 3))


def _execute() -> None:
    cells = [nbformat.v4.new_code_cell("import numpy as np\nx = np.ones((3, 4))")]
    cells += [nbformat.v4.new_code_cell("assert np.allclose(x.sum(axis=1), 4)") for _ in range(3)]
    NotebookClient(nbformat.v4.new_notebook(cells=cells), kernel_name="python3").execute()
