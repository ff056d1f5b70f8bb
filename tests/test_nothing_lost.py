"""Whatever a learner does, every text that they saved is in the file or under backup/."""

from __future__ import annotations

import contextlib
import random
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import tiny

from autograde.course.backup import keep, names, versions
from autograde.course.files import write_atomically
from autograde.course.reset import restore
from autograde.course.workspace import Workspace, find_lesson
from autograde.errors import AutogradeError
from autograde.notebook import extension
from autograde.notebook.exercise import ExerciseCard
from autograde.notebook.saved import keep_saved

FILE = "tones/melody.py"
IDS = ("02.1", "02.2")
BROKEN = ("\n(", "\n'''", "\n  x = ", "\ndef ends(:\n")


class Learner:
    """Somebody who edits one file and presses everything there is."""

    def __init__(self, workspace: Workspace, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
        self.workspace, self.chance = workspace, random.Random(seed)
        self.path = workspace.root / FILE
        self.cards = {exercise: ExerciseCard(workspace, exercise) for exercise in IDS}
        self.saved: list[bytes] = []
        self.says = "yes"
        monkeypatch.setattr("builtins.input", self._answer)
        self.cells = extension.functions(workspace)

    def _answer(self, question: str) -> str:
        if self.says == "nobody":
            raise EOFError
        return self.says

    def save(self) -> None:
        """Change something, sometimes so that the file is no Python any more, and save it."""
        text = self.path.read_text()
        number = self.chance.randrange(10**6)
        broken = self.chance.choice(BROKEN) if self.chance.random() < 0.3 else ""
        edited = text.replace("return ", f"return {number} + ", 1) + f"# {number}{broken}\n"
        self.path.write_text(edited)
        self.saved.append(self.path.read_bytes())
        keep_saved({"type": "file"}, str(self.path), None)

    def press(self) -> None:
        """Press a button of a card."""
        card: Any = self.cards[self.chance.choice(IDS)]
        card._asked(card, {"do": self.chance.choice(["check", "reset", "undo", "hint"])}, [])

    def run_a_cell(self) -> None:
        """Run a cell with reset or restore, by hand, by Run All, or by Validate, where nobody answers."""
        self.says = self.chance.choice(["yes", "no", "nobody"])
        before = self.path.read_bytes()
        with contextlib.suppress(extension.Stop):
            if self.chance.random() < 0.5:
                self.cells["reset"](self.chance.choice(IDS))
            else:
                self.cells["restore"](self.chance.choice(IDS), self.chance.randrange(1, 4))
        if self.says != "yes":
            assert self.path.read_bytes() == before

    def type_a_command(self) -> None:
        """Bring a version back in a terminal."""
        with contextlib.suppress(AutogradeError):
            restore(self.workspace, find_lesson(self.workspace, "02.1")[1], self.chance.randrange(1, 6))

    def restart_the_kernel(self) -> None:
        """Make all cards anew."""
        self.cards = {exercise: ExerciseCard(self.workspace, exercise) for exercise in IDS}


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, 200, 20))
def test_every_text_that_was_saved_is_still_there(
    first: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in range(first, first + 20):
        learner = Learner(tiny.workspace(tmp_path / str(seed)), seed, monkeypatch)
        monkeypatch.chdir(learner.workspace.lessons / "02_melodies")
        steps = [Learner.save, Learner.press, Learner.run_a_cell, Learner.type_a_command]
        for _ in range(12):
            learner.chance.choice([*steps, Learner.save, Learner.restart_the_kernel])(learner)
        kept = [learner.workspace.root / each.name for each in versions(learner.workspace.root, FILE)]
        found = {path.read_bytes() for path in [learner.path, *kept]}
        assert set(learner.saved) <= found, f"seed {seed}"


def test_the_order_of_versions_is_that_of_keeping_also_where_the_clock_goes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for hour, text in ((3, b"first"), (2, b"second"), (4, b"third")):
        now = SimpleNamespace(now=lambda hour=hour: datetime(2026, 10, 25, hour))
        monkeypatch.setattr("autograde.course.backup.datetime", now)
        keep(tmp_path, "f.py", text)
    assert [(tmp_path / name).read_bytes() for name in names(tmp_path, "f.py")] == [
        b"third",
        b"second",
        b"first",
    ]


def test_two_kernels_that_write_at_once_do_not_meet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace, file = Path.replace, tmp_path / "state.json"
    write = "import sys, pathlib; from autograde.course.files import write_atomically as write\n"
    write += "write(pathlib.Path(sys.argv[1]), b'the other')"

    def after_the_other(draft: Path, target: Path) -> None:
        subprocess.run([sys.executable, "-c", write, file], check=True)
        assert file.read_bytes() == b"the other"
        replace(draft, target)

    monkeypatch.setattr(Path, "replace", after_the_other)
    write_atomically(file, b"mine")
    assert file.read_bytes() == b"mine"


def test_what_is_not_the_package_is_not_kept(tmp_path: Path) -> None:
    workspace = tiny.workspace(tmp_path)
    for name in ("lessons/01_octaves/checks.py", "tones/notes.txt"):
        (workspace.root / name).write_text("text")
        keep_saved({"type": "file"}, str(workspace.root / name), None)
    keep_saved({"type": "file"}, str(tmp_path.parent / "elsewhere.py"), None)
    assert not (workspace.root / "backup").exists()
