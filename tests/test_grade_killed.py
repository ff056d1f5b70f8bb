"""A grading that is ended at any moment: run again, it does the rest, and nothing tells that it was ended."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from pathlib import Path

import pytest
import tiny
from test_grade_class import LESSON, WRITTEN, answered, files, grade_by_hand, tables

from autograde.classroom.grading import HandedIn
from autograde.classroom.pool import Job, Judged, Pool, Then
from autograde.classroom.store import kept_results
from autograde.errors import AutogradeError
from autograde.nbgrader_plugins import standings
from autograde.nbgrader_plugins.cycle import Nbgrader
from autograde.nbgrader_plugins.grade_class import ClassGrader, Outcome, _Work, judged
from autograde.verdict import SubmissionResult

STUDENTS = {f"s{number}": "return 4 * frequency" if number % 2 else "return 2" for number in range(6)}

KILLED = """
import os, signal, sys
from pathlib import Path
from autograde.classroom.store import Store
from autograde.nbgrader_plugins import grade_class
from autograde.nbgrader_plugins.cycle import Nbgrader
from autograde.nbgrader_plugins.grade_class import _Lesson
from autograde.nbgrader_plugins.gradebook import Book

root, owner, name, number, when = sys.argv[1:]
grade_class.READ, grade_class.BATCH = 4, 2
owner = globals()[owner]
real, calls = getattr(owner, name), []

def deadly(*args):
    calls.append(args)
    last = len(calls) == int(number)
    if last and when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    found = real(*args)
    if last:
        os.kill(os.getpid(), signal.SIGKILL)
    return found

if __name__ == "__main__":
    setattr(owner, name, deadly)
    nbgrader = Nbgrader(Path(root))
    with grade_class.ClassGrader(nbgrader, 2) as grader:
        grader.grade("02_melodies", nbgrader.submitted("02_melodies"))
"""


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class that has handed in and waits; nobody touches it."""
    return hand_in_all(tmp_path_factory.mktemp("waiting") / "course", STUDENTS)


def hand_in_all(root: Path, students: Mapping[str, str]) -> Path:
    """Return a course whose students have handed in their bodies of `two_octaves`, and been collected."""
    nbgrader = Nbgrader(tiny.released(root))
    (nbgrader.root / ".course" / "secret").write_text("0" * 64)
    for student, body in students.items():
        workspace = nbgrader.root / "learners" / student
        nbgrader.fetch(LESSON, student, workspace)
        tiny.write(workspace, two_octaves=body)
        nbgrader.submit(LESSON, student, workspace)
    nbgrader.collect(LESSON)
    return nbgrader.root


@pytest.fixture(scope="module")
def undisturbed(handed_in: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("undisturbed") / "course"
    shutil.copytree(handed_in, root)
    assert [each.how for each in grade(root)] == ["judged"] * len(STUDENTS)
    return root


@pytest.fixture
def course(handed_in: Path, tmp_path: Path) -> Path:
    shutil.copytree(handed_in, tmp_path / "course")
    return tmp_path / "course"


def grade(root: Path, told: Callable[[ClassGrader, Outcome], None] = lambda *_: None) -> list[Outcome]:
    nbgrader = Nbgrader(root)
    outcomes: list[Outcome] = []

    def tell(outcome: Outcome) -> None:
        outcomes.append(outcome)
        told(grader, outcome)

    with ClassGrader(nbgrader, 2, told=tell) as grader:
        grader.grade(LESSON, nbgrader.submitted(LESSON))
    return outcomes


@pytest.fixture
def short() -> Iterator[Path]:
    """Return an empty folder whose name is short enough for the socket that a pool makes in it."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def assert_equal(root: Path, undisturbed: Path) -> None:
    assert tables(root / ".course" / "gradebook.db") == tables(undisturbed / ".course" / "gradebook.db")
    assert files(root) == files(undisturbed)
    assert list(kept_results(root)) == list(kept_results(undisturbed))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("owner", "name", "number", "when"),
    [
        ("Book", "open_grades", 1, "after"),
        ("Store", "keep", 2, "before"),
        ("Store", "keep", 2, "after"),
        ("_Lesson", "_place", 3, "before"),
        ("_Lesson", "_place", 3, "after"),
        ("Book", "write", 2, "before"),
        ("Book", "write", 3, "after"),
    ],
)
def test_killed_and_run_again(
    course: Path, undisturbed: Path, short: Path, owner: str, name: str, number: int, when: str
):
    grade_and_die(course, short, owner, name, number, when)
    outcomes = grade(course)
    assert {each.student for each in outcomes} == set(STUDENTS)
    assert len([each for each in outcomes if each.how == "judged"]) < len(STUDENTS) or name == "open_grades"
    assert_equal(course, undisturbed)
    assert left_behind(course) == []
    if name != "open_grades":  # before any process of the pool had begun, that could have tidied up
        assert [*short.iterdir()] == []


def grade_and_die(root: Path, short: Path, *moment: str | int) -> None:
    """Grade in a process that is killed: at whose method, which, at which call of it, before or after."""
    command = [sys.executable, "-c", KILLED, str(root), *map(str, moment)]
    own = os.environ | {"TMPDIR": str(short)}
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=root, env=own)
    assert done.returncode == -signal.SIGKILL, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(("owner", "name"), [("Book", "ask_again"), ("Store", "keep")])
def test_a_person_is_asked_again_whenever_the_grading_was_ended(
    course: Path, short: Path, owner: str, name: str
):
    grade(course)
    grade_by_hand(Nbgrader(course), "s1", WRITTEN, 4)
    answered(course / ".course" / "submitted" / "s1" / LESSON, "Another answer.")
    grade_and_die(course, short, owner, name, 1, "after")
    assert {each.student for each in grade(course) if each.how != "unchanged"} <= {"s1"}
    (standing,) = [each for each in Nbgrader(course).standings() if each.student == "s1"]
    assert standing.to_grade == (WRITTEN,)
    assert_manual(course, "s1", 4.0)


def assert_manual(root: Path, student: str, points: float) -> None:
    with Nbgrader(root).gradebook() as gradebook:
        assert gradebook.find_grade(WRITTEN, LESSON, LESSON, student).manual_score == points


def left_behind(root: Path) -> list[str]:
    """Return the processes that still know of a course."""
    found = subprocess.run(["pgrep", "-af", str(root)], capture_output=True, text=True).stdout
    return [line for line in found.splitlines() if "pytest" not in line]


@pytest.mark.slow
def test_a_process_of_the_pool_is_killed(course: Path, undisturbed: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("autograde.nbgrader_plugins.grade_class.BATCH", 1)
    killed: list[int] = []

    def kill(grader: ClassGrader, outcome: Outcome) -> None:
        assert isinstance(grader._pool, Pool)
        executor = grader._pool._executor
        if not killed and executor is not None:
            killed.extend(list(executor._processes))  # type: ignore[attr-defined]
            os.kill(killed[0], signal.SIGKILL)

    outcomes = grade(course, kill)
    assert killed
    assert {each.student for each in outcomes} == set(STUDENTS)
    assert_equal(course, undisturbed)


@pytest.mark.slow
def test_the_sandbox_of_a_process_is_killed(course: Path, undisturbed: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("autograde.nbgrader_plugins.grade_class.BATCH", 1)
    killed: list[int] = []

    def kill(grader: ClassGrader, outcome: Outcome) -> None:
        assert isinstance(grader._pool, Pool)
        executor = grader._pool._executor
        if not killed and executor is not None:
            for process in list(executor._processes):  # type: ignore[attr-defined]
                killed.extend(children(process))
            for process in killed:
                os.kill(process, signal.SIGKILL)

    outcomes = grade(course, kill)
    assert killed
    assert {each.student for each in outcomes} == set(STUDENTS)
    grade(course)
    assert_equal(course, undisturbed)


def children(parent: int) -> Iterator[int]:
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(state[1]) == parent:
            yield int(path.parent.name)


@pytest.mark.slow
def test_a_locked_gradebook_is_said_and_nothing_is_lost(
    course: Path, undisturbed: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(standings, "PATIENCE_S", 0.2)
    with closing(sqlite3.connect(course / ".course" / "gradebook.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(AutogradeError, match="gradebook to use, got database is locked"):
            grade(course)
    grade(course)
    assert_equal(course, undisturbed)


class Broken:
    """Processes none of which ever judges: each future is made by `ends`."""

    workers = 1

    def __init__(self, ends: Callable[[Future[Judged]], object]) -> None:
        self.ends, self.asked = ends, 0

    def start(self) -> None:
        pass

    def submit(self, job: Job, then: Then | None = None) -> Future[Judged]:
        self.asked += 1
        future: Future[Judged] = Future()
        self.ends(future)
        return future

    def close(self) -> None:
        pass


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        (lambda future: future.set_exception(BrokenProcessPool()), "them to stay, got each to end at once"),
        (lambda future: future.cancel() and future.set_running_or_notify_cancel(), "its scheduler to answer"),
    ],
)
def test_where_nothing_judges_it_is_said(ends: Callable[[Future[Judged]], object], said: str):
    jobs = [Job(f"s{number}", LESSON, {}, "") for number in range(100)]
    waiting = iter([_Work(HandedIn(job, "", ())) for job in jobs])
    judges = Broken(ends)
    with pytest.raises(AutogradeError, match=said):
        list(judged(judges, waiting, 4))
    assert judges.asked < 40


class Deadly:
    """Processes that judge four at once; whatever is with `victim` is lost with it."""

    workers = 4

    def __init__(self, victim: str) -> None:
        self.victim = victim
        self.running: list[tuple[Job, Future[Judged]]] = []

    def start(self) -> None:
        pass

    def submit(self, job: Job, then: Then | None = None) -> Future[Judged]:
        future: Future[Judged] = Future()
        self.running.append((job, future))
        threading.Timer(0.05, self.end).start()
        return future

    def end(self) -> None:
        ended, self.running = self.running, []
        lost = self.victim in {job.student for job, _ in ended}
        for _, future in ended:
            if lost:
                future.set_exception(BrokenProcessPool())
            else:
                future.set_result(Judged(SubmissionResult("", LESSON, 1.0, 1.0, {}, ()), 0.0))

    def close(self) -> None:
        pass


def test_only_who_ends_the_process_stays_open():
    jobs = [Job(f"s{number}", LESSON, {}, "") for number in range(9)]
    works = (_Work(HandedIn(job, "", ())) for job in jobs)
    done = list(judged(Deadly("s2"), works, 4))
    assert {work.student for work in done} == {job.student for job in jobs}
    assert [work.student for work in done if work.graded.open] == ["s2"]


@pytest.mark.slow
def test_a_course_that_cannot_be_loaded_is_said_for_each(course: Path):
    (course / "solutions" / "tones" / "__init__.py").write_text("raise RuntimeError('half written')")
    problems = {each.graded.problem for each in grade(course) if each.graded}
    assert problems == {"RuntimeError: half written"}
