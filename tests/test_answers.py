"""Known answers: whole files, and edits of the reference that stand for one."""

from __future__ import annotations

import inspect
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from autograde.audit.closing import STYLES
from autograde.course.answer import answer_files, edited, load_answer
from autograde.course.course import Course
from autograde.doctor import secrets_finding
from autograde.errors import AutogradeError

SOURCE = """import math

LIMIT = 3


def root(x):
    y = abs(x)
    return math.sqrt(y)


def twice(x):
    y = abs(x)
    return y + y
"""
EDIT = """You return the square. Take
the root.

-    return math.sqrt(y)
+    return y * y
"""


def test_an_edit_is_a_sentence_and_lines_that_change() -> None:
    sentence, text = edited(SOURCE, EDIT, "squares.diff")
    assert sentence == "You return the square. Take the root."
    assert text == SOURCE.replace("math.sqrt(y)", "y * y")


def test_the_marks_of_a_skeleton_are_not_looked_for() -> None:
    marked = SOURCE.replace(
        "    return y + y\n",
        "    # Exercise 03.1 (1 line)\n    ### BEGIN SOLUTION\n    return y + y\n    ### END SOLUTION\n",
    )
    edit = "Halves.\n\n     y = abs(x)\n-    return y + y\n+    return y / 2\n"
    assert edited(marked, edit, "halves.diff")[1].endswith("    y = abs(x)\n    return y / 2\n")


def test_lines_after_a_space_say_where() -> None:
    edit = "Two edits.\n\n-    y = abs(x)\n+    y = x\n     return y + y\n\n LIMIT = 3\n+MORE = 4\n"
    _, text = edited(SOURCE, edit, "two.diff")
    assert text.endswith("def twice(x):\n    y = x\n    return y + y\n")
    assert "    y = abs(x)\n    return math" in text
    assert "LIMIT = 3\nMORE = 4\n" in text


def test_a_comment_at_the_end_of_a_line_is_not_looked_for() -> None:
    edit = "Halves.\n\n-    return y + y  # twice\n+    return y / 2\n\n LIMIT = 3\n+MORE = 4\n"
    _, text = edited(SOURCE.replace("LIMIT = 3", "LIMIT = 3  # three"), edit, "halves.diff")
    assert text.endswith("    y = abs(x)\n    return y / 2\n")
    assert "LIMIT = 3  # three\nMORE = 4\n" in text


@pytest.mark.parametrize(
    ("edit", "problem"),
    [
        (EDIT.replace("sqrt(y)", "sqrt(x)"), r"once in the reference, got it 0 times"),
        (
            "Twice.\n\n-    y = abs(x)\n",
            r"wrong.diff: expected 'y = abs\(x\)' once in the reference, got it 2 times",
        ),
        ("Half a line.\n\n-    return math\n+    return\n", "got it 0 times"),
        ("A sentence alone.\n", 'lines with "-" and "\\+", got something else'),
        ("-LIMIT = 3\n", "a sentence"),
        ("Nowhere.\n\n+LIMIT = 4\n", "a line that says where to add"),
        ("Loose.\n\n-LIMIT = 3\nLIMIT = 4\n", "got 'LIMIT = 4'"),
    ],
)
def test_an_edit_that_fits_nowhere_names_its_file(edit: str, problem: str) -> None:
    with pytest.raises(AutogradeError, match=problem) as caught:
        edited(SOURCE, edit, "wrong.diff")
    assert str(caught.value).startswith("wrong.diff: ")


def test_equal_lines_side_by_side_are_two() -> None:
    with pytest.raises(AutogradeError, match="got it 2 times"):
        edited("pass\npass\n", "One of two.\n\n-pass\n", "wrong.diff")


def test_a_name_stands_once(tmp_path: Path) -> None:
    for name in ("b.py", "a.diff", "c.txt"):
        (tmp_path / name).touch()
    assert [path.name for path in answer_files(tmp_path)] == ["a.diff", "b.py"]
    (tmp_path / "a.py").touch()
    with pytest.raises(AutogradeError, match="a name for itself"):
        answer_files(tmp_path)


def test_an_edit_gives_the_functions_of_the_whole_file() -> None:
    sentence, text = edited(SOURCE, EDIT, "squares.diff")
    answer = load_answer(Path("squares.diff"), f"{sentence!r}\n{text}")
    assert (answer.name, answer.sentence) == ("squares", sentence)
    assert answer.functions["root"](-3) == 9
    assert "return y * y" in inspect.getsource(answer.functions["root"])  # as a compiler of kernels asks


@pytest.mark.slow
def test_every_edit_of_the_course_fits_the_reference(course: Course) -> None:
    edits = sorted(course.solutions.rglob("*.diff"))
    assert len(edits) > 100
    for path in edits:
        text = course.answer_text(path, path.parent.name)
        compile(text, str(path), "exec")
        names = course.exercise(path.parent.name).names
        assert any(f"{kind} {name}" in text for name in names for kind in ("def", "class")), path


@pytest.mark.parametrize(
    ("above", "own", "kept"), [(0o755, 0o755, False), (0o755, 0o750, True), (0o750, 0o755, True)]
)
def test_doctor_says_whether_others_can_read_the_solutions(above: int, own: int, kept: bool) -> None:
    with TemporaryDirectory() as course:  # pytest's own folders are closed to others
        solutions = Path(course).resolve() / "solutions"
        solutions.mkdir()
        solutions.chmod(own)
        solutions.parent.chmod(above)
        found = secrets_finding(solutions.parent)
    assert found.works is kept
    assert kept or f"chmod 700 {solutions.parent}" in found.next_step


def test_sixty_right_answers_are_in_the_style_of_published_code(course: Course) -> None:
    folders = (course.solutions / "answers/right").iterdir()
    right = [path for folder in folders for path in answer_files(folder)]
    assert sum(path.stem.startswith(STYLES) for path in right) >= 60
