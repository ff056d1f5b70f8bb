"""A class graded on a real cluster of Dask, one of whose two workers is killed midway."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import tiny
from click.testing import CliRunner
from serving import free_port
from test_grade_class import LESSON
from test_grade_killed import assert_equal, children, hand_in_all

from autograde.classroom.cluster import CERTIFICATE, FOLDER, KEY, Cluster, make_certificate
from autograde.cli.main import main
from autograde.errors import AutogradeError
from autograde.nbgrader_plugins.cycle import Nbgrader
from autograde.nbgrader_plugins.grade_class import ClassGrader, Outcome

STUDENTS = {f"s{number:02}": "return 4 * frequency" if number % 2 else "return 2" for number in range(12)}
STARTED_S = 60


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hand_in_all(tmp_path_factory.mktemp("waiting") / "course", STUDENTS)


@pytest.fixture
def course(handed_in: Path, tmp_path: Path) -> Path:
    shutil.copytree(handed_in, tmp_path / "course")
    return tmp_path / "course"


class Dask:
    """A scheduler and two workers, each a process of its own; the second one has a nanny."""

    def __init__(self, folder: Path, tls: list[str]) -> None:
        self.processes: list[subprocess.Popen[bytes]] = []
        self.folder = folder
        protocol = "tls" if tls else "tcp"
        self.address = f"{protocol}://127.0.0.1:{free_port()}"
        host, port = "--host=127.0.0.1", f"--port={self.address.rpartition(':')[2]}"
        self.start("scheduler", f"--protocol={protocol}", host, port, "--no-dashboard", *tls)
        for nanny in ("--no-nanny", "--nanny"):
            place = f"--local-directory={folder}/{nanny}"
            self.start("worker", self.address, host, "--nthreads=1", "--no-dashboard", nanny, place, *tls)

    def start(self, what: str, *arguments: str) -> None:
        command = [sys.executable, "-m", f"distributed.cli.dask_{what}", *arguments]
        environment = os.environ | {"PYTHONPATH": str(tiny.ROOT)}
        with (self.folder / "log.txt").open("ab") as log:
            self.processes.append(
                subprocess.Popen(command, stdout=log, stderr=log, env=environment, start_new_session=True)
            )

    def close(self) -> None:
        for process in self.processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # a nanny's worker too
            process.wait()


@pytest.fixture
def dask(course: Path, tmp_path: Path) -> Iterator[Dask]:
    folder = make_certificate(course)
    certificate = str(folder / CERTIFICATE)
    tls = [f"--tls-ca-file={certificate}", f"--tls-cert={certificate}", f"--tls-key={folder / KEY}"]
    cluster = Dask(tmp_path, tls)
    yield cluster
    cluster.close()


def connected(course: Path, dask: Dask, workers: int = 2) -> Cluster:
    cluster = Cluster(course, dask.address)
    until = time.monotonic() + STARTED_S
    while cluster.workers < workers and time.monotonic() < until:
        time.sleep(0.2)
    assert cluster.workers == workers
    return cluster


def grade(
    cluster: Cluster | int, course: Path, told: Callable[[Outcome], None] = lambda _: None
) -> list[str]:
    nbgrader = Nbgrader(course)
    how: list[str] = []

    def tell(outcome: Outcome) -> None:
        how.append(outcome.how)
        told(outcome)

    with ClassGrader(nbgrader, cluster, told=tell) as grader:
        grader.grade(LESSON, nbgrader.submitted(LESSON))
    return how


@pytest.mark.slow
@pytest.mark.parametrize("killed", [0, 1])
def test_a_worker_is_killed_midway(
    dask: Dask, course: Path, handed_in: Path, tmp_path: Path, killed: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("autograde.nbgrader_plugins.grade_class.BATCH", 1)
    shutil.copytree(handed_in, tmp_path / "other")
    assert set(grade(2, tmp_path / "other")) == {"judged"}
    done: list[int] = []
    places: list[Path] = []

    def kill(outcome: Outcome) -> None:
        places.extend(tmp_path.rglob("course-*/solutions/checks"))
        process = dask.processes[1 + killed].pid
        if not done:
            done.append(process if killed == 0 else next(worker_of(process)))
            os.kill(done[0], signal.SIGKILL)

    assert set(grade(connected(course, dask), course, kill)) == {"judged"}
    assert done
    assert_equal(course, tmp_path / "other")
    assert places
    assert {stat.S_IMODE(place.parent.parent.stat().st_mode) for place in places if place.exists()} <= {0o700}


def worker_of(nanny: int) -> Iterator[int]:
    """Yield the worker below a nanny."""
    for process in children(nanny):
        if b"spawn_main" in Path(f"/proc/{process}/cmdline").read_bytes():
            yield process


@pytest.mark.slow
def test_the_course_is_taken_away_at_the_end(dask: Dask, course: Path, tmp_path: Path):
    cluster = connected(course, dask)
    seen: list[Path] = []
    assert len(grade(cluster, course, lambda _: seen.extend(tmp_path.rglob("course-*")))) == len(STUDENTS)
    assert seen
    assert [*tmp_path.rglob("course-*")] == []


@pytest.mark.slow
def test_who_has_no_certificate_is_not_let_in(dask: Dask, course: Path, monkeypatch: pytest.MonkeyPatch):
    connected(course, dask).close()
    shutil.rmtree(course / FOLDER)
    make_certificate(course)
    monkeypatch.setattr("autograde.classroom.cluster.PATIENCE_S", 3)
    with pytest.raises(AutogradeError, match="expected a scheduler with a worker"):
        Cluster(course, dask.address)


@pytest.mark.slow
def test_a_worker_with_other_versions_is_named(dask: Dask, course: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("autograde.classroom.cluster.engine_digest", lambda: "another")
    monkeypatch.setattr("platform.python_version", lambda: "3.0")
    with pytest.raises(AutogradeError, match=r"engine: another here, \w+ there; python: 3\.0 here"):
        Cluster(course, dask.address)


def test_no_scheduler_without_tls_unless_asked_for(tmp_path: Path):
    with pytest.raises(AutogradeError, match=r"expected tls://host:port, got tcp://.* runs code as you"):
        Cluster(tmp_path, "tcp://127.0.0.1:8786")


def test_what_cannot_be_a_scheduler_is_said_at_once(tmp_path: Path):
    with pytest.raises(AutogradeError, match=r"certificate.pem: expected a certificate, got none. Run: auto"):
        Cluster(tmp_path, "tls://localhost:1")
    with pytest.raises(AutogradeError, match="scheduler: expected tls://host:port"):
        Cluster(tmp_path, "localhost:1", insecure=True)


def test_a_line_to_copy_holds_where_a_path_has_blanks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    course = tiny.copied(tmp_path / "my course")
    monkeypatch.chdir(course)
    worker = CliRunner().invoke(main, ["cluster-certificate"]).stdout.splitlines()[1]
    assert shlex.split(worker)[-1] == str(course / ".course" / "cluster" / "key.pem")


def test_a_certificate_is_its_owners_alone(tmp_path: Path):
    folder = make_certificate(tmp_path)
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert b"PRIVATE KEY" in (folder / KEY).read_bytes()
