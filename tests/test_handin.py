"""A learner hands in a lesson, through an exchange or as an archive."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import nbformat
import pytest
import tiny

from autograde.course.workspace import Workspace
from autograde.nbgrader_plugins.cycle import Nbgrader

LESSON = "01_octaves"
TOOLS = {"AUTOGRADE_WORKSPACE": ""}


@pytest.fixture
def alone(tmp_path: Path) -> Workspace:
    """Return a workspace on a machine without an exchange."""
    made = tiny.workspace(tmp_path / "mine")
    for name in tiny.LESSONS:
        nbformat.write(nbformat.v4.new_notebook(), made.lessons / name / f"{name}.ipynb")
    tiny.write(made.root, octave="return 2 * frequency")
    for name in ("picture.png", "pitch-Copy1.py", "__pycache__/pitch.pyc"):
        (made.package / name).parent.mkdir(exist_ok=True)
        (made.package / name).write_text("nothing")
    return made


@pytest.mark.slow
def test_without_an_exchange_an_archive_is_written(alone: Workspace) -> None:
    done = tiny.command("submit", LESSON, cwd=alone.root, **TOOLS)
    assert done.returncode == 0, done.stderr
    assert (
        "Left out, as nobody needs them: tones/picture.png, tones/pictures/wave.js, tones/pitch-Copy1.py."
        in done.stdout
    )
    assert "01.1 octave: accepted" in done.stdout
    assert "01.2 Tone: not written yet" in done.stdout
    (path,) = (alone.root / "handed_in").iterdir()
    assert f"Written: handed_in/{path.name}. Upload it" in done.stdout
    names = zipfile.ZipFile(path).namelist()
    assert f"lessons/{LESSON}/{LESSON}.ipynb" in names
    assert {"tones/pitch.py", "tones/melody.py"} <= set(names)
    assert not any("Copy" in name or "png" in name or "02_melodies" in name for name in names)
    again = tiny.command("submit", cwd=alone.lessons / LESSON, **TOOLS)
    assert f"(handed_in/{path.name})." in again.stdout
    assert "In time." not in again.stdout


@pytest.mark.slow
def test_a_lesson_is_late_by_its_date(alone: Workspace) -> None:
    with (alone.lessons / "course.toml").open("a") as settings:
        settings.write(f"\n[due]\n{LESSON} = 2020-01-01T00:00:00Z\n02_melodies = 2099-01-01T00:00:00Z\n")
    late = tiny.command("submit", LESSON, cwd=alone.root, **TOOLS).stdout
    assert re.search(r"Due .*2020.*: \d+ days late\.", late)
    assert re.search(r"\d+ days late, unless you were given more time\.", late)
    look = tiny.command("submit", "02_melodies", "--dry-run", cwd=alone.root, **TOOLS).stdout
    assert re.search(r"Due .*20(98|99).*: \d+ days left\.", look)
    assert look.endswith("Nothing was handed in.\n")
    assert len(list((alone.root / "handed_in").iterdir())) == 1


def test_a_lesson_that_is_not_there_is_told(alone: Workspace) -> None:
    done = tiny.command("submit", cwd=alone.root, **TOOLS)
    assert (done.returncode, done.stdout) == (2, "")
    assert "lesson: expected one of 01_octaves, 02_melodies, got no name, and this is no" in done.stderr


@pytest.mark.slow
def test_through_the_exchange_it_says_when_it_was_received(tmp_path: Path) -> None:
    root = tiny.released(tmp_path / "course")
    done = json.loads(tiny.command("submit", LESSON, "--json", cwd=root, **TOOLS).stdout)
    assert done["received"].startswith("20")
    assert done["earlier"] == []
    again = json.loads(tiny.command("submit", LESSON, "--json", cwd=root, **TOOLS).stdout)
    assert [each[:19] for each in again["earlier"]] == [done["received"][:19]]
    assert again["exercises"] == {"01.1": "not written yet", "01.2": "not written yet"}
    assert Nbgrader(root).collect(LESSON) == []
    assert len(Nbgrader(root).submitted(LESSON)) == 1
