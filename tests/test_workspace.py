"""The learner's folder is found, bad ones are named, and a reset loses nothing."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
import tiny

from autograde.course.backup import versions
from autograde.course.remembered import next_hint, note_attempt, recall
from autograde.course.reset import reset, restore
from autograde.course.workspace import Workspace, find_lesson, find_workspace, named_lesson, pristine
from autograde.errors import AutogradeError
from autograde.practice.fresh import fresh_package

FILE = "tones/melody.py"
SKELETON = tiny.skeletons()[FILE].decode()
"""It holds `two_octaves`, which is 02.1, and `ends` and `starts`, which are 02.2."""

WORK = '''"""Melodies."""

import numpy as np
import math


def helper(x):
    return math.exp(x)


def ends(durations):
    """Return ends."""
    return np.cumsum(durations)


def starts(durations):
    return 2


def two_octaves(frequency):
    return 4 * frequency  # mine
'''


@pytest.fixture(autouse=True)
def _no_named_workspace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AUTOGRADE_WORKSPACE", raising=False)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = tiny.workspace(tmp_path / "course")
    (made.root / FILE).write_text(WORK)
    return made


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
    assert find_workspace(workspace.lessons / "02_melodies") == workspace
    assert workspace.solutions is None


def test_the_variable_names_the_workspace(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOGRADE_WORKSPACE", str(workspace.root))
    assert find_workspace(Path("/")) == workspace


def test_no_workspace_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(AutogradeError, match=r"course folder: expected lessons/course\.toml here or above"):
        find_workspace(tmp_path)


def test_a_variable_that_names_nothing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOGRADE_WORKSPACE", str(tmp_path / "nowhere"))
    with pytest.raises(
        AutogradeError, match=r"AUTOGRADE_WORKSPACE=.*nowhere: expected a folder lessons/ in it"
    ):
        find_workspace()


def test_a_missing_package_is_told(workspace: Workspace) -> None:
    workspace.package.rename(workspace.root / "elsewhere")
    with pytest.raises(AutogradeError, match=r"expected a folder tones/ in it, got none. Fetch the lesson"):
        find_workspace(workspace.lessons / "02_melodies")


def test_the_package_is_the_one_that_the_course_names(workspace: Workspace) -> None:
    settings = workspace.lessons / "course.toml"
    settings.write_text(settings.read_text().replace('package = "tones"', 'package = "waves"'))
    with pytest.raises(AutogradeError, match=r"expected a folder waves/ in it, got none"):
        find_workspace(workspace.root)


def test_an_unreadable_folder_is_told(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOGRADE_WORKSPACE", str(workspace.root))
    for folder in workspace.root.parents:
        if folder.stat().st_uid == os.geteuid() and len(folder.parts) > 2:
            folder.chmod(0o755)
    workspace.package.chmod(0o000)
    try:
        with (
            _as_ordinary_user(),
            pytest.raises(AutogradeError, match="a folder that you may read, got permission"),
        ):
            find_workspace()
    finally:
        workspace.package.chmod(0o755)


def test_an_exercise_is_found_with_its_lesson(workspace: Workspace) -> None:
    lesson, exercise = find_lesson(workspace, "02.1")
    assert (lesson.id, exercise.function) == ("02_melodies", "melody.two_octaves")


def test_a_lesson_is_found_by_its_name_or_number(workspace: Workspace) -> None:
    assert named_lesson(workspace, "01").id == named_lesson(workspace, "01_octaves").id == "01_octaves"
    with pytest.raises(AutogradeError, match="expected one of 01_octaves, 02_melodies, got '0'"):
        named_lesson(workspace, "0")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("02.9", r"expected one of 02.1, 02.2 in lesson 02_melodies, got '02.9'"),
        ("17.1", r"expected an id from a lesson \(01_octaves, 02_melodies\), got '17.1'"),
        ("", r"expected an id from a lesson \(01_octaves, 02_melodies\), got ''"),
        (3.1, r"expected an id in quotes, got 3.1. Put the id in quotes"),
    ],
)
def test_an_unknown_exercise_is_told(workspace: Workspace, wrong: str, said: str) -> None:
    with pytest.raises(AutogradeError, match=said):
        find_lesson(workspace, wrong)


def test_a_reset_restores_the_functions_of_one_exercise_and_keeps_a_backup(workspace: Workspace) -> None:
    done = reset(workspace, find_lesson(workspace, "02.2")[1])
    text = (workspace.root / FILE).read_text()
    assert "ends is not written yet" in text
    assert "starts is not written yet" in text
    assert "return 4 * frequency  # mine" in text
    assert "def helper(x):\n    return math.exp(x)\n" in text
    assert done.extent == "function"
    assert done.backup is not None
    assert (workspace.root / done.backup).read_text() == WORK


def test_a_file_that_is_a_link_stays_one(workspace: Workspace) -> None:
    kept_elsewhere = workspace.root / "elsewhere.py"
    file = workspace.root / FILE
    file.rename(kept_elsewhere)
    file.symlink_to(kept_elsewhere)
    exercise = find_lesson(workspace, "02.2")[1]
    reset(workspace, exercise)
    assert "ends is not written yet" in kept_elsewhere.read_text()
    restore(workspace, exercise, 1)
    assert (file.is_symlink(), kept_elsewhere.read_text()) == (True, WORK)


def test_two_resets_in_one_second_keep_two_backups(workspace: Workspace) -> None:
    exercises = [find_lesson(workspace, name)[1] for name in ("02.2", "02.1")]
    backups = [reset(workspace, exercise).backup for exercise in exercises]
    assert len(set(backups)) == 2
    assert (workspace.root / FILE).read_text().count("NotImplementedError") == 3


def test_in_a_file_that_is_not_python_one_exercise_changes(workspace: Workspace) -> None:
    broken = WORK.replace("return 2\n", "return (2\n")
    (workspace.root / FILE).write_text(broken)
    done = reset(workspace, find_lesson(workspace, "02.1")[1])
    assert (done.extent, done.broken) == ("function", "line 17")
    assert "The file still cannot be read as Python: look at line 17." in done.sentence
    text = (workspace.root / FILE).read_text()
    assert text.startswith(broken[: broken.index("def two_octaves")])
    assert text.count("is not written yet") == 1


def test_what_is_not_there_is_not_reset(workspace: Workspace) -> None:
    (workspace.root / FILE).write_text("def ends(:\n")
    with pytest.raises(AutogradeError, match=r"expected a line that begins with def starts, got none, and"):
        reset(workspace, find_lesson(workspace, "02.2")[1])
    assert (workspace.root / FILE).read_text() == "def ends(:\n"


def test_every_version_can_be_brought_back_and_that_undone(workspace: Workspace) -> None:
    exercise = find_lesson(workspace, "02.2")[1]
    reset(workspace, exercise)
    first, second = restore(workspace, exercise, 1), restore(workspace, exercise, 1)
    assert first.version != second.version
    assert "starts is not written yet" in (workspace.root / FILE).read_text()
    restore(workspace, exercise, 1)
    assert (workspace.root / FILE).read_text() == WORK
    with pytest.raises(AutogradeError, match=r"02.2 version: expected a number from 1 to \d, got 9"):
        restore(workspace, exercise, 9)


def test_a_version_says_when_it_was_kept_and_what_it_would_change(workspace: Workspace) -> None:
    exercise = find_lesson(workspace, "02.2")[1]
    note_attempt(workspace, exercise)
    (workspace.root / FILE).write_text(WORK.replace("return 2\n", "a = 2\n    return a\n"))
    note_attempt(workspace, exercise)
    newest, oldest = versions(workspace.root, FILE)
    assert (newest.change, oldest.change) == ("as it is now", "+1 -2 lines")
    assert abs((newest.when - datetime.now()).total_seconds()) < 60


def test_an_attempt_is_another_text(workspace: Workspace) -> None:
    first, second = (find_lesson(workspace, name)[1] for name in ("02.1", "02.2"))
    assert [note_attempt(workspace, first) for _ in range(3)] == [1, 1, 1]
    assert note_attempt(workspace, second) == 1
    (workspace.root / FILE).write_text(SKELETON)
    assert [note_attempt(workspace, first) for _ in range(2)] == [2, 2]
    (workspace.root / FILE).write_text(WORK)
    assert note_attempt(workspace, first) == 3
    assert recall(workspace).attempts == {"02.1": 3, "02.2": 1}


def test_a_missing_file_is_restored(workspace: Workspace) -> None:
    (workspace.root / FILE).unlink()
    done = reset(workspace, find_lesson(workspace, "02.2")[1])
    assert (done.extent, done.backup) == ("file", None)
    assert (workspace.root / FILE).read_text() == SKELETON


def test_a_reset_of_what_is_untouched_changes_nothing(workspace: Workspace) -> None:
    (workspace.root / FILE).write_text(SKELETON)
    assert reset(workspace, find_lesson(workspace, "02.2")[1]).extent == "nothing"
    assert not (workspace.root / "backup").exists()


@pytest.mark.parametrize(
    "work",
    [
        "import numpy as np\n\n\ndef two_octaves(x):\n    return x\n",
        "ends = None\n\n\ndef two_octaves(x):\n    return x\n",
        "ends = starts = None\n\n\ndef two_octaves(x):\n    return x\n",
        "def ends(a):\n    return 1\n\n\ndef ends(b):\n    return 2\n\n\ndef two_octaves(x):\n    return x",
        '"""Text."""\nfrom __future__ import annotations\n\n\ndef two_octaves(x):\n    return x\n',
        "def two_octaves(x):\n    return x\n\x0c\n@decorated\ndef ends(x):\n    return 1\n",
    ],
    ids=["deleted", "assigned", "assigned together", "twice", "no imports", "form feed"],
)
def test_a_reset_works_on_what_learners_did_to_a_file(workspace: Workspace, work: str) -> None:
    (workspace.root / FILE).write_text(work)
    reset(workspace, find_lesson(workspace, "02.2")[1])
    text = (workspace.root / FILE).read_text()
    with fresh_package(workspace.root, "tones"):
        found = vars(importlib.import_module("tones.melody"))
    assert {"np", "octave", "ends", "starts", "two_octaves"} <= found.keys()
    assert text.count("def ends") == 1
    assert text.count("is not written yet") == 2
    assert "def two_octaves(x):\n    return x" in text


def test_a_reset_keeps_windows_line_ends(workspace: Workspace) -> None:
    (workspace.root / FILE).write_bytes(WORK.replace("\n", "\r\n").encode())
    reset(workspace, find_lesson(workspace, "02.2")[1])
    text = (workspace.root / FILE).read_bytes()
    assert text.count(b"\n") == text.count(b"\r\n") > 10


def test_in_the_repository_the_released_text_comes_from_the_reference(workspace: Workspace) -> None:
    shutil.copytree(tiny.SOLUTIONS, workspace.root / "solutions", ignore=tiny.NOISE)
    reference = workspace.root / "solutions" / FILE
    reference.write_text(reference.read_text().replace("Melodies:", "Newer melodies:"))
    assert pristine(workspace, FILE) == SKELETON
    (workspace.root / ".autograde/skeleton" / FILE).unlink()
    assert pristine(workspace, FILE) == SKELETON.replace("Melodies:", "Newer melodies:")


def test_without_a_released_copy_nothing_is_reset(workspace: Workspace) -> None:
    (workspace.root / ".autograde/skeleton" / FILE).unlink()
    with pytest.raises(AutogradeError, match=r"expected the released text of tones/melody.py"):
        reset(workspace, find_lesson(workspace, "02.2")[1])
    assert (workspace.root / FILE).read_text() == WORK


def test_hints_are_counted_for_each_exercise(workspace: Workspace) -> None:
    first, second = (find_lesson(workspace, name)[1] for name in ("02.2", "02.1"))
    assert [next_hint(workspace, first) for _ in range(4)] == [1, 2, 3, 3]
    assert next_hint(workspace, second) == 1


@pytest.mark.parametrize("damaged", ["", "[]", "{", '{"hints": 3}', '{"hints": {"02.2": "many"}}'])
def test_damaged_counts_of_hints_start_anew(workspace: Workspace, damaged: str) -> None:
    state = workspace.root / ".autograde/state.json"
    state.write_text(damaged)
    assert next_hint(workspace, find_lesson(workspace, "02.2")[1]) == 1
    assert json.loads(state.read_text())["hints"] == {"02.2": 1}


def test_where_nothing_can_be_written_a_reset_changes_nothing(workspace: Workspace) -> None:
    exercise = find_lesson(workspace, "02.2")[1]
    (workspace.root / "backup").write_text("not a folder")
    with pytest.raises(AutogradeError, match=r"expected a place to write to, got .*\. Nothing was changed"):
        reset(workspace, exercise)
    assert (workspace.root / FILE).read_text() == WORK


def test_where_nothing_can_be_written_hints_are_shown_all_the_same(workspace: Workspace) -> None:
    state = workspace.root / ".autograde/state.json"
    state.mkdir()
    assert next_hint(workspace, find_lesson(workspace, "02.2")[1]) == 1
