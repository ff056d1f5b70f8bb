"""The zip for learners: it starts where there is Python and nothing else, and a newer one loses no work."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import tiny
from jupyter_server.services.contents.filemanager import FileContentsManager
from traitlets.config import Config

from autograde.cli.lab import _as_learner
from autograde.course.lay import RELEASED, SKELETON, lay
from autograde.course.release import lesson_names, scope, write_bundle, write_generated
from autograde.nbgrader_plugins.generate import generate
from autograde.practice.served import LISTS_ALL, SERVER_CONFIG

PITCH = "tones/pitch.py"
ELSEWHERE = """
import os, sys
for name in ("fcntl", "resource", "pwd", "grp", "termios", "triton"):
    sys.modules[name] = None
for name in ("fork", "getuid", "geteuid", "setsid", "killpg"):
    if hasattr(os, name):
        delattr(os, name)
import signal
for name in ("setitimer", "SIGALRM", "SIGKILL"):
    if hasattr(signal, name):
        delattr(signal, name)
"""
"""What makes this machine as poor as another system: the modules and calls that only POSIX has are gone."""


@pytest.fixture
def unzipped(tmp_path: Path) -> Path:
    """Return the bundle of the tiny course in a folder with a blank and an umlaut in its name."""
    course = tiny.copied(tmp_path / "course")
    write_bundle(tmp_path / "bundle.zip", course, generate(course, lesson_names(course)))
    return unzip(tmp_path / "bundle.zip", tmp_path / "my cöurse")


def unzip(bundle: Path, folder: Path) -> Path:
    with zipfile.ZipFile(bundle) as opened:
        opened.extractall(folder)
    return folder


def start(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the bundle as start.py does, in a process without POSIX."""
    begin = runpy.run_path(str(folder / "start.py"))["BEGIN"]
    program = f"{ELSEWHERE}\n{begin}"
    own = os.environ | {"PYTHONPATH": str(folder), "AUTOGRADE_WORKSPACE": str(folder)}
    command = [sys.executable, "-c", program, *words]
    return subprocess.run(command, cwd=folder, env=own, capture_output=True, text=True, timeout=200)


@pytest.mark.slow
def test_it_works_without_anything_of_posix(unzipped: Path) -> None:
    assert start(unzipped, "check", "01.1").returncode == 1
    tiny.write(unzipped, octave="return 2 * frequency")
    done = start(unzipped, "check", "01.1")
    assert (done.returncode, done.stderr) == (0, "")
    assert "2 of 2 public checks accepted" in done.stdout
    assert "1 of 4 exercises accepted" in start(unzipped, "progress").stdout
    assert "back to where it began" in start(unzipped, "reset", "01.1").stdout
    assert "is again what backup/" in start(unzipped, "restore", "01.1", "1").stdout
    done = start(unzipped, "submit", "01_octaves")
    assert "Written: handed_in/01_octaves_" in done.stdout, done.stderr
    where = "import autograde; print(autograde.__file__)"
    own = os.environ | {"PYTHONPATH": str(unzipped)}
    found = subprocess.run(
        [sys.executable, "-c", where], cwd=unzipped, env=own, capture_output=True, text=True
    )
    assert Path(found.stdout.strip()).is_relative_to(unzipped)


def test_a_newer_one_over_it_loses_no_work(unzipped: Path, tmp_path: Path) -> None:
    lay(unzipped)
    tiny.write(unzipped, octave="return 2 * frequency")
    mine = (unzipped / PITCH).read_bytes()
    for name in (f"{SKELETON}/{PITCH}", f"{SKELETON}/tones/melody.py"):
        (unzipped / name).write_text((unzipped / name).read_text() + "# newer\n")
    (unzipped / RELEASED / "lessons/01_octaves/further.txt").write_text("newer")
    assert lay(unzipped) == ["tones/pitch.new.py"]
    assert (unzipped / PITCH).read_bytes() == mine
    assert (unzipped / "tones/pitch.new.py").read_text().endswith("# newer\n")
    assert (unzipped / "tones/melody.py").read_text().endswith("# newer\n")
    assert (unzipped / "lessons/01_octaves/further.txt").read_text() == "newer"
    assert lay(unzipped) == []


def test_start_says_which_python_it_needs(unzipped: Path) -> None:
    program = "import sys; sys.version_info = (3, 9, 1, 'final', 0); import start; start.main()"
    done = subprocess.run([sys.executable, "-c", program], cwd=unzipped, capture_output=True, text=True)
    assert (done.returncode, done.stderr.strip()) == (
        1,
        "Python: expected 3.11 or newer, got 3.9. Start it with a newer one.",
    )


def test_trying_a_lesson_as_a_learner_blocks_no_release(tmp_path: Path) -> None:
    course = tiny.copied(tmp_path / "course")
    write_generated(course, generate(course, lesson_names(course)), scope(course))
    mine = _as_learner(course)
    tiny.write(mine, octave="return 2 * frequency")
    (mine / "lessons/01_octaves/01_octaves.ipynb").write_text("mine")
    assert write_generated(course, generate(course, lesson_names(course)), scope(course)) == []
    assert not (mine / "solutions").exists()
    _as_learner(course)
    assert "return 2 * frequency" in (mine / PITCH).read_text()
    assert (mine / "lessons/01_octaves/01_octaves.ipynb").read_text() == "mine"


@pytest.mark.parametrize(("config", "listed"), [(SERVER_CONFIG, False), (LISTS_ALL, True)])
def test_the_solutions_are_not_in_the_list_of_files_unless_asked_for(
    tmp_path: Path, config: dict[str, Any], listed: bool
) -> None:
    for name in ("lessons", "solutions"):
        (tmp_path / name).mkdir()
    manager = FileContentsManager(root_dir=str(tmp_path), config=Config(config))
    names = {each["name"] for each in manager.get("")["content"]}
    assert names == {"lessons", *(["solutions"] if listed else [])}
