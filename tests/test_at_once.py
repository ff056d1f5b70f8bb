"""Two at once, another file system, too few descriptors: everything is whole afterwards, or one sentence."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import tiny

from autograde.course.course import course_secret
from autograde.nbgrader_plugins.cycle import Nbgrader
from autograde.nbgrader_plugins.grade_class import ClassGrader

LESSON = "01_octaves"

SUBMIT = """
import sys
from pathlib import Path
from autograde.course.course import course_secret
from autograde.nbgrader_plugins.cycle import Nbgrader
from autograde.nbgrader_plugins.grade_class import ClassGrader

nbgrader = Nbgrader(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
nbgrader.submit(sys.argv[2], "ada", Path(sys.argv[3]))
"""

FEW = """
import os, resource, tempfile, zipfile
import autograde.cli.report, autograde.nbgrader_plugins.cycle
from autograde.cli.main import main
resource.setrlimit(resource.RLIMIT_NOFILE, (len(os.listdir("/proc/self/fd")), 4096))
main()
"""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return tiny.released(tmp_path / "course")


def workspace(course: Path, student: str) -> Path:
    folder = course.parent / student
    Nbgrader(course).fetch(LESSON, student, folder)
    tiny.write(folder, octave="return 2 * frequency")
    return folder


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def together(commands: list[list[str]], cwd: Path) -> list[tuple[int, str]]:
    """Run programs at the same time; those that say that they are ready begin in the same moment."""
    pipe = subprocess.PIPE
    environment = os.environ | {"PYTHONPATH": str(tiny.ROOT)}
    started = [
        subprocess.Popen(each, cwd=cwd, env=environment, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
        for each in commands
    ]
    if commands[0][2] == SUBMIT:
        for each in started:
            assert each.stdout is not None
            each.stdout.readline()
    outputs = [each.communicate("go\n", timeout=300)[1] for each in started]
    return [(each.returncode, output) for each, output in zip(started, outputs, strict=True)]


@pytest.mark.slow
def test_two_submits_at_once_are_both_whole(course: Path) -> None:
    mine = workspace(course, "ada")
    command = [sys.executable, "-c", SUBMIT, str(course), LESSON, str(mine)]
    assert [code for code, _ in together([command, command], course)] == [0, 0]
    inbound = course / ".course" / "exchange" / "first-tones" / "inbound"
    first, second = (files(path) for path in inbound.iterdir())
    assert first == second
    assert {"timestamp.txt", "submission_secret.txt", "tones/pitch.py", f"{LESSON}.ipynb"} <= first
    assert Nbgrader(course).collect(LESSON) == []
    assert files(course / ".course" / "submitted" / "ada" / LESSON) == first


def test_all_who_ask_for_a_new_secret_at_once_get_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        for round_ in range(50):
            root = tmp_path / str(round_)
            root.mkdir()
            (made,) = set(pool.map(course_secret, [root] * 8))
            assert len(made) == 64
            assert files(root / ".course") == {"secret"}


@pytest.mark.slow
def test_two_graders_at_once_leave_each_submission_graded_once(course: Path) -> None:
    nbgrader = Nbgrader(course)
    for student in ("ada", "bob"):
        nbgrader.submit(LESSON, student, workspace(course, student))
    assert nbgrader.collect(LESSON) == []
    program = [sys.executable, "-c", "from autograde.cli.main import main; main()"]
    done = together([[*program, "grade", LESSON, "--workers", "1"]] * 2, course)
    assert [code for code, _ in done] == [0, 0], done
    assert {each.student: each.points for each in nbgrader.standings()} == {"ada": 4, "bob": 4}
    for name in ("gradebook.db", "store.db"):
        with sqlite3.connect(course / ".course" / name) as db:
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.slow
def test_each_grader_makes_its_folders_aside_and_sweeps_up_after_the_killed(course: Path) -> None:
    nbgrader, made = Nbgrader(course), course / ".course" / "made"
    (made / "999999999.dead" / "ada" / LESSON).mkdir(parents=True)
    (made / f"{os.getpid()}.other" / "ada" / LESSON).mkdir(parents=True)
    nbgrader.submit(LESSON, "ada", workspace(course, "ada"))
    assert nbgrader.collect(LESSON) == []
    with ClassGrader(nbgrader, 1) as grader:
        grader.grade(LESSON, ["ada"])
    assert [folder.name for folder in made.iterdir()] == [f"{os.getpid()}.other"]
    assert (course / ".course" / "autograded" / "ada" / LESSON / f"{LESSON}.ipynb").is_file()


@pytest.fixture
def elsewhere(course: Path) -> Iterator[Path]:
    """Let the exchange lie on a file system of its own."""
    exchange = course / ".course" / "exchange"
    command = ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(exchange)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("only root can mount a file system")
    yield exchange
    subprocess.run(["umount", "-l", str(exchange)], check=True)


@pytest.mark.slow
def test_an_exchange_on_another_file_system(elsewhere: Path, course: Path) -> None:
    nbgrader = Nbgrader(course)
    nbgrader.release(LESSON)
    assert elsewhere.stat().st_dev != course.stat().st_dev
    nbgrader.submit(LESSON, "ada", workspace(course, "ada"))
    assert nbgrader.collect(LESSON) == []
    submitted = course / ".course" / "submitted" / "ada" / LESSON
    assert "return 2 * frequency" in (submitted / "tones" / "pitch.py").read_text()
    page = course / ".course" / "feedback" / "ada" / LESSON / f"{LESSON}.html"
    page.parent.mkdir(parents=True)
    page.write_text("a page")
    for name in ("timestamp.txt", "submission_secret.txt"):
        (page.parent / name).write_bytes((submitted / name).read_bytes())
    assert nbgrader.release_feedback(LESSON).kept_back == []
    nbgrader.fetch_feedback(LESSON, "ada", course.parent / "ada")
    assert [path.read_text() for path in (course.parent / "ada").rglob("feedback/*/*.html")] == ["a page"]


@pytest.mark.slow
@pytest.mark.parametrize("words", [("collect", LESSON), ("report",), ("backup", "class.zip")])
def test_too_few_descriptors_are_one_sentence(course: Path, words: tuple[str, ...]) -> None:
    """A program that has almost none left says so; with enough of them it works as before."""
    program = [sys.executable, "-c", FEW, *words]
    environment = os.environ | {"PYTHONPATH": str(tiny.ROOT)}
    done = subprocess.run(program, cwd=course, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 2, done.stdout
    assert "Traceback" not in done.stderr
    assert "Too many open files" in done.stderr or "unable to open" in done.stderr
    assert tiny.command(*words, cwd=course).returncode == 0
