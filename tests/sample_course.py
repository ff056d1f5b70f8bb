"""A course of two lessons and a learner's folder, made for a test."""

from __future__ import annotations

from pathlib import Path

from autograde.course.workspace import Workspace

FIRST_LESSON = '''
import numpy as np
from autograde.compare import Mismatch, expect, expect_close, expect_unchanged
from autograde.exercise import Exercise

HINTS = ("The idea.", "The `formula`.", "1. First. 2. Then.")
double = Exercise("01.1", "cpu.scores.double", title="Twice", minutes=5, hints=HINTS, banned=("numpy.add",))


@double.check
def of_a_matrix(learner, draw):
    """Every number of [[1, 2], [3, 4]] doubles."""
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    expect_close("doubled", learner.double(x), x + x)


@double.check
def leaves_its_argument(learner, draw):
    """The argument stays as it was."""
    x = draw.normal(2, 3)
    value, (after,), _ = learner.double.with_arguments(x)
    expect_unchanged("x", after, x)


class_ = Exercise("01.2", "cpu.scores.Box", title="A box", minutes=5, hints=HINTS)


@class_.check
def holds_what_it_got(learner, draw):
    """A box gives back its number."""
    box = learner.Box(3.0)
    content, _, _ = box.content.with_arguments()
    expect_close("content", content, 3.0)
'''

SECOND_LESSON = '''
import numpy as np
from autograde.compare import expect_close
from autograde.exercise import Exercise

HINTS = ("a", "b", "c")
quadruple = Exercise(
    "02.1", "cpu.attention.quadruple", title="Four times", minutes=5, hints=HINTS, builds_on=("01.1",)
)


@quadruple.check
def of_one(learner, draw):
    """One becomes four."""
    expect_close("value", learner.quadruple(np.array([1.0])), np.array([4.0]))
'''

SCORES = '''"""Scores."""

import numpy as np


def double(x):
    """Return 2x."""
    # Exercise 01.1 (1 line): twice.
    raise NotImplementedError("Exercise 01.1: double is not written yet.")


class Box:
    """Holds a number."""

    def __init__(self, number):
        """Keep the number."""
        # Exercise 01.2 (2 lines): keep it.
        raise NotImplementedError("Exercise 01.2: Box.__init__ is not written yet.")

    def content(self):
        """Return it."""
        raise NotImplementedError("Exercise 01.2: Box.content is not written yet.")
'''

ATTENTION = '''"""Attention."""

from .scores import double


def quadruple(x):
    """Return 4x."""
    # Exercise 02.1 (1 line): twice twice.
    raise NotImplementedError("Exercise 02.1: quadruple is not written yet.")
'''

UNWRITTEN = '    raise NotImplementedError("Exercise {exercise_id}: {function} is not written yet.")\n'


def make_workspace(root: Path) -> Workspace:
    """Write the course and the skeletons, as a learner gets them, into `root`."""
    files = {
        "lessons/01_first/checks.py": FIRST_LESSON,
        "lessons/02_second/checks.py": SECOND_LESSON,
        "attnlib/__init__.py": "",
        "attnlib/cpu/__init__.py": "",
        "attnlib/cpu/scores.py": SCORES,
        "attnlib/cpu/attention.py": ATTENTION,
    }
    for file, text in files.items():
        for place in (file, f".autograde/skeleton/{file}") if file.startswith("attnlib/") else (file,):
            (root / place).parent.mkdir(parents=True, exist_ok=True)
            (root / place).write_text(text)
    return Workspace(root.resolve())


def write(workspace: Workspace, function: str, body: str) -> None:
    """Put `body` where `double` or `quadruple` begins unwritten; the file starts from its skeleton again."""
    file, source, exercise_id = {
        "double": ("scores.py", SCORES, "01.1"),
        "quadruple": ("attention.py", ATTENTION, "02.1"),
    }[function]
    unwritten = UNWRITTEN.format(exercise_id=exercise_id, function=function)
    assert unwritten in source
    (workspace.attnlib / "cpu" / file).write_text(source.replace(unwritten, f"    {body}\n"))
