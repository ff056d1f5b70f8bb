"""The learner's folder is found, bad ones are named, and a reset loses nothing."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograde.course.workspace import Workspace, find_lesson, find_workspace, next_hint, pristine, reset
from autograde.errors import AutogradeError

CHECKS = """
from autograde.exercise import Exercise
HINTS = ("a", "b", "c")
softmax = Exercise("03.1", "cpu.softmax.softmax", title="Softmax", minutes=5, hints=HINTS, also=("twin",))
power = Exercise("03.2", "cpu.softmax.power", title="Power", minutes=5, hints=HINTS)
"""

SKELETON = '''"""Softmax."""

import numpy as np


def softmax(scores):
    """Return weights."""
    # Exercise 03.1 (1 line): write it.
    raise NotImplementedError("Exercise 03.1: softmax is not written yet.")


def twin(scores):
    """Return weights."""
    raise NotImplementedError("Exercise 03.1: twin is not written yet.")


def power(x):
    """Return a power."""
    raise NotImplementedError("Exercise 03.2: power is not written yet.")
'''

WORK = '''"""Softmax."""

import numpy as np
import math


def helper(x):
    return math.exp(x)


def softmax(scores):
    """Return weights."""
    return np.exp(scores)


def twin(scores):
    return 2


def power(x):
    return x**2  # mine
'''


@pytest.fixture(autouse=True)
def _no_named_workspace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AUTOGRADE_WORKSPACE", raising=False)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    root = tmp_path / "course"
    for file, text in {
        "lessons/03_softmax/checks.py": CHECKS,
        "attnlib/shapes.py": "",
        "attnlib/cpu/softmax.py": WORK,
        ".autograde/skeleton/attnlib/cpu/softmax.py": SKELETON,
    }.items():
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text(text)
    return Workspace(root.resolve())


@contextlib.contextmanager
def _as_ordinary_user() -> Iterator[None]:
    """Give up root's right to read everything, if the tests run as root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_the_workspace_is_found_from_inside_a_lesson(workspace: Workspace) -> None:
    assert find_workspace(workspace.lessons / "03_softmax") == workspace
    assert workspace.solutions is None


def test_the_variable_names_the_workspace(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOGRADE_WORKSPACE", str(workspace.root))
    assert find_workspace(Path("/")) == workspace


def test_no_workspace_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(AutogradeError, match="course folder: expected attnlib/ and lessons/ here or above"):
        find_workspace(tmp_path)


def test_a_variable_that_names_nothing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOGRADE_WORKSPACE", str(tmp_path / "nowhere"))
    with pytest.raises(
        AutogradeError, match=r"AUTOGRADE_WORKSPACE=.*nowhere: expected a folder attnlib/ in it"
    ):
        find_workspace()


def test_a_missing_attnlib_is_told(workspace: Workspace) -> None:
    workspace.attnlib.rename(workspace.root / "elsewhere")
    with pytest.raises(AutogradeError, match=r"expected a folder attnlib/ in it, got none. Fetch the lesson"):
        find_workspace(workspace.lessons / "03_softmax")


def test_the_attnlib_of_another_course_is_told(workspace: Workspace) -> None:
    (workspace.attnlib / "shapes.py").unlink()
    (workspace.attnlib / "cpu").rename(workspace.attnlib / "chapter1")
    with pytest.raises(
        AutogradeError, match=r"expected shapes\.py and cpu/ in it, got neither. Is this the attnlib"
    ):
        find_workspace(workspace.root)


def test_an_unreadable_folder_is_told(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOGRADE_WORKSPACE", str(workspace.root))
    for folder in workspace.root.parents:
        if folder.stat().st_uid == os.geteuid() and len(folder.parts) > 2:
            folder.chmod(0o755)
    workspace.attnlib.chmod(0o000)
    try:
        with (
            _as_ordinary_user(),
            pytest.raises(AutogradeError, match="a folder that you may read, got permission"),
        ):
            find_workspace()
    finally:
        workspace.attnlib.chmod(0o755)


def test_an_exercise_is_found_with_its_lesson(workspace: Workspace) -> None:
    lesson, exercise = find_lesson(workspace, "03.2")
    assert (lesson.id, exercise.function) == ("03_softmax", "cpu.softmax.power")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("03.9", r"expected one of 03.1, 03.2 in lesson 03_softmax, got '03.9'"),
        ("17.1", r"expected an id from a lesson \(03_softmax\), got '17.1'"),
        ("", r"expected an id from a lesson \(03_softmax\), got ''"),
        (3.1, r"expected an id in quotes, got 3.1. Put the id in quotes"),
    ],
)
def test_an_unknown_exercise_is_told(workspace: Workspace, wrong: str, said: str) -> None:
    with pytest.raises(AutogradeError, match=said):
        find_lesson(workspace, wrong)


def test_a_reset_restores_the_functions_of_one_exercise_and_keeps_a_backup(workspace: Workspace) -> None:
    done = reset(workspace, find_lesson(workspace, "03.1")[1])
    text = (workspace.attnlib / "cpu/softmax.py").read_text()
    assert "softmax is not written yet" in text
    assert "twin is not written yet" in text
    assert "return x**2  # mine" in text
    assert "def helper(x):\n    return math.exp(x)\n" in text
    assert done.extent == "function"
    assert done.backup is not None
    assert (workspace.root / done.backup).read_text() == WORK


def test_two_resets_in_one_second_keep_two_backups(workspace: Workspace) -> None:
    exercises = [find_lesson(workspace, name)[1] for name in ("03.1", "03.2")]
    backups = [reset(workspace, exercise).backup for exercise in exercises]
    assert len(set(backups)) == 2
    assert (workspace.attnlib / "cpu/softmax.py").read_text().count("NotImplementedError") == 3


def test_a_file_that_is_not_python_is_restored_as_a_whole(workspace: Workspace) -> None:
    (workspace.attnlib / "cpu/softmax.py").write_text("def softmax(:\n")
    done = reset(workspace, find_lesson(workspace, "03.1")[1])
    assert done.extent == "file"
    assert (workspace.attnlib / "cpu/softmax.py").read_text() == SKELETON
    assert (workspace.root / str(done.backup)).read_text() == "def softmax(:\n"


def test_a_missing_file_is_restored(workspace: Workspace) -> None:
    (workspace.attnlib / "cpu/softmax.py").unlink()
    done = reset(workspace, find_lesson(workspace, "03.1")[1])
    assert (done.extent, done.backup) == ("file", None)
    assert (workspace.attnlib / "cpu/softmax.py").read_text() == SKELETON


def test_a_reset_of_what_is_untouched_changes_nothing(workspace: Workspace) -> None:
    (workspace.attnlib / "cpu/softmax.py").write_text(SKELETON)
    assert reset(workspace, find_lesson(workspace, "03.1")[1]).extent == "nothing"
    assert not (workspace.root / "backup").exists()


@pytest.mark.parametrize(
    "work",
    [
        "import numpy as np\n\n\ndef power(x):\n    return x\n",
        "softmax = None\n\n\ndef power(x):\n    return x\n",
        "softmax = twin = None\n\n\ndef power(x):\n    return x\n",
        "def softmax(a):\n    return 1\n\n\ndef softmax(b):\n    return 2\n\n\ndef power(x):\n    return x",
        '"""Text."""\nfrom __future__ import annotations\n\n\ndef power(x):\n    return x\n',
        "def power(x):\n    return x\n\x0c\n@decorated\ndef softmax(x):\n    return 1\n",
    ],
    ids=["deleted", "assigned", "assigned together", "twice", "no imports", "form feed"],
)
def test_a_reset_works_on_what_learners_did_to_a_file(workspace: Workspace, work: str) -> None:
    (workspace.attnlib / "cpu/softmax.py").write_text(work)
    reset(workspace, find_lesson(workspace, "03.1")[1])
    text = (workspace.attnlib / "cpu/softmax.py").read_text()
    namespace: dict[str, object] = {}
    exec(text, namespace)
    assert {"np", "softmax", "twin", "power"} <= namespace.keys()
    assert text.count("def softmax") == 1
    assert text.count("is not written yet") == 2
    assert "def power(x):\n    return x" in text


def test_a_reset_keeps_windows_line_ends(workspace: Workspace) -> None:
    (workspace.attnlib / "cpu/softmax.py").write_bytes(WORK.replace("\n", "\r\n").encode())
    reset(workspace, find_lesson(workspace, "03.1")[1])
    text = (workspace.attnlib / "cpu/softmax.py").read_bytes()
    assert text.count(b"\n") == text.count(b"\r\n") > 10


def test_in_the_repository_the_released_text_comes_from_the_reference(workspace: Workspace) -> None:
    file = workspace.root / "solutions/attnlib/cpu/softmax.py"
    file.parent.mkdir(parents=True)
    body = "    ### BEGIN SOLUTION\n    return 5\n    ### END SOLUTION\n"
    file.write_text(f"def f():\n    # Exercise 03.1 (1 line): a.\n{body}")
    assert pristine(workspace, "attnlib/cpu/softmax.py") == SKELETON
    (workspace.root / ".autograde/skeleton/attnlib/cpu/softmax.py").unlink()
    assert "Exercise 03.1: f is not written yet" in pristine(workspace, "attnlib/cpu/softmax.py")


def test_without_a_released_copy_nothing_is_reset(workspace: Workspace) -> None:
    (workspace.root / ".autograde/skeleton/attnlib/cpu/softmax.py").unlink()
    with pytest.raises(AutogradeError, match=r"expected the released text of attnlib/cpu/softmax.py"):
        reset(workspace, find_lesson(workspace, "03.1")[1])
    assert (workspace.attnlib / "cpu/softmax.py").read_text() == WORK


def test_hints_are_counted_for_each_exercise(workspace: Workspace) -> None:
    first, second = (find_lesson(workspace, name)[1] for name in ("03.1", "03.2"))
    assert [next_hint(workspace, first) for _ in range(4)] == [1, 2, 3, 3]
    assert next_hint(workspace, second) == 1


@pytest.mark.parametrize("damaged", ["", "[]", "{", '{"hints": 3}', '{"hints": {"03.1": "many"}}'])
def test_damaged_counts_of_hints_start_anew(workspace: Workspace, damaged: str) -> None:
    state = workspace.root / ".autograde/state.json"
    state.write_text(damaged)
    assert next_hint(workspace, find_lesson(workspace, "03.1")[1]) == 1
    assert json.loads(state.read_text()) == {"hints": {"03.1": 1}}


def test_where_nothing_can_be_written_a_reset_changes_nothing(workspace: Workspace) -> None:
    exercise = find_lesson(workspace, "03.1")[1]
    (workspace.root / "backup").write_text("not a folder")
    with pytest.raises(AutogradeError, match=r"expected a place to write to, got .*\. Nothing was changed"):
        reset(workspace, exercise)
    assert (workspace.attnlib / "cpu/softmax.py").read_text() == WORK


def test_where_nothing_can_be_written_hints_are_shown_all_the_same(workspace: Workspace) -> None:
    state = workspace.root / ".autograde/state.json"
    state.mkdir()
    assert next_hint(workspace, find_lesson(workspace, "03.1")[1]) == 1
