"""The audit finds what is wrong with checks; seen on a small course with planted faults."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograde.audit.audit import audit_exercise, is_sound, mutation_score
from autograde.audit.known import add_misconception
from autograde.course.course import Course
from autograde.errors import AutogradeError

REFERENCE = '''"""Doubling."""


def double(x):
    """Return twice x."""
    # Exercise 00.1 (1 line): double it.
    ### BEGIN SOLUTION
    return x * 2
    ### END SOLUTION
'''
PUBLIC = """
from autograde.compare import expect_close
from autograde.exercise import Exercise

double = Exercise("00.1", "shapes.double", title="Double", minutes=1, hints=("a", "b", "c"))


@double.check
def two(learner, draw):
    "Twice one is two."
    expect_close("double", learner.double(1.0), 2.0)
"""
HIDDEN = '''
from autograde.compare import expect_close
from autograde.exercise import HiddenChecks
from reference import shapes

double_checks = HiddenChecks("00.1")


@double_checks.check(points=2, gate=True)
def twice(learner, draw):
    """Twice."""
    x = draw.normal(3, 4)
    expect_close("double", learner.double(x), shapes.double(x))
'''
USELESS = '''

@double_checks.check(points=1)
def answers(learner, draw):
    """It must answer."""
    learner.double(draw.normal(2))
'''
TRIPLE = '"""You triple."""\n\n\ndef double(x):\n    return x * 3\n'


@pytest.fixture
def small(tmp_path: Path) -> Path:
    files = {
        "solutions/attnlib/__init__.py": '"""A package."""\n',
        "solutions/attnlib/shapes.py": REFERENCE,
        "solutions/lessons/00_small/checks.py": PUBLIC,
        "solutions/checks/00_small.py": HIDDEN,
        "solutions/misconceptions/00.1/triples.py": TRIPLE,
        "solutions/misconceptions/00.1/squares.py": TRIPLE.replace("triple", "square").replace("3", "x"),
        "solutions/answers/right/00.1/adds.py": "def double(x):\n    return x + x\n",
    }
    for name, text in files.items():
        write(tmp_path, name, text)
    return tmp_path


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.fixture(autouse=True)
def _reference_of_the_course() -> object:
    """Give the package `reference` back to the real course."""
    yield
    from autograde.course.course import load_reference

    load_reference(Path(__file__).resolve().parent.parent / "solutions" / "attnlib")


def test_sound_checks_have_no_problem(small: Path) -> None:
    found = audit_exercise(small, "00.1")
    assert found.problems == ()
    assert found.survivors == ()
    assert found.mutants == found.killed > 0
    assert is_sound([found])


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        (
            "solutions/checks/00_small.py",
            HIDDEN + USELESS,
            "check answers is useless: no wrong answer fails it",
        ),
        (
            "solutions/answers/right/00.1/wrong.py",
            "def double(x):\n    return x\n",
            "right answer wrong fails twice",
        ),
        (
            "solutions/answers/wrong/00.1/fine.py",
            "def double(x):\n    return 2 * x\n",
            "wrong fine is accepted",
        ),
        ("solutions/misconceptions/00.1/again.py", TRIPLE, "misconception again is diagnosed as nothing"),
        (
            "solutions/checks/00_small.py",
            HIDDEN.replace("learner.double(x), ", "shapes.double(x), "),
            "misconception triples is accepted",
        ),
    ],
)
def test_a_planted_fault_is_found(small: Path, name: str, text: str, problem: str) -> None:
    write(small, name, text)
    found = audit_exercise(small, "00.1")
    assert problem in found.problems
    assert not is_sound([found])


def test_a_survivor_is_named_until_it_is_listed_with_a_reason(small: Path) -> None:
    write(small, "solutions/attnlib/shapes.py", REFERENCE.replace("x * 2", "x * 2 if 1 < 2 else x * 2"))
    found = audit_exercise(small, "00.1")
    assert found.survivors
    assert mutation_score([found]) < 1
    listed = "".join(f'"{name}" = "both branches are the same"\n' for name in found.survivors)
    write(small, "solutions/checks/equivalent_mutants.toml", f'["00.1"]\n{listed}"gone: a -> b" = "old"\n')
    again = audit_exercise(small, "00.1")
    assert again.survivors == ()
    assert again.equivalent == len(found.survivors)
    assert again.problems == ("equivalent mutant gone: a -> b: no such mutant",)


def test_a_misconception_is_taken_from_a_submission(small: Path, tmp_path: Path) -> None:
    wrong = "import math\n\n\ndef _half(x):\n    return x / 2\n\n\ndef double(x):\n    return _half(x)\n"
    write(small, "submitted/attnlib/shapes.py", wrong)
    added = add_misconception(Course(small), small / "submitted", "00.1", "halves", "You halve.")
    assert added.named == ("halves",)
    assert added.path.read_text().startswith('"""You halve."""')
    assert "import math" not in added.path.read_text()
    with pytest.raises(AutogradeError, match="a name that is free"):
        add_misconception(Course(small), small / "submitted", "00.1", "halves", "You halve.")


def test_a_right_answer_is_not_kept_as_a_misconception(small: Path) -> None:
    write(small, "submitted/attnlib/shapes.py", "def double(x):\n    return 2.0 * x\n")
    with pytest.raises(AutogradeError, match="a wrong answer"):
        add_misconception(Course(small), small / "submitted", "00.1", "fine", "You are right.")
    assert not (small / "solutions/misconceptions/00.1/fine.py").exists()
