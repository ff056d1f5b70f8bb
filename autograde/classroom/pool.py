"""Processes that judge, each with one course and one sandbox, both kept warm.

A process has one course in one version. When the course changes on disk, the pool starts new processes.
What travels there are bytes, what comes back are frozen dataclasses. What is to be done with a result is
done there too, beside the judging of others.
"""

from __future__ import annotations

import functools
import gc
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import current_process, forkserver, get_context, parent_process
from multiprocessing.util import Finalize, get_temp_dir
from pathlib import Path
from typing import Any, Protocol

from autograde.course.course import Course
from autograde.errors import AutogradeError, explain
from autograde.judge import judge_sources
from autograde.limits import use_one_thread
from autograde.sandbox.sandbox import Sandbox
from autograde.verdict import SubmissionResult

PRELOADED = ["numpy", "autograde.judge"]
"""What every process needs: loaded once, in the process that they are forked from."""

LONGEST = 107 - len("/pymp-01234567/listener-01234567")
"""How long a folder for temporary files may be, in bytes: a socket's path has 107."""


@dataclass(frozen=True)
class Job:
    """One submission to judge, and the version of the course that shall judge it."""

    student: str
    lesson: str
    sources: Mapping[str, bytes]
    digest: str


Then = Callable[[SubmissionResult], Any]
"""What is made of a result. It travels, and needs the disk of this machine."""


@dataclass(frozen=True)
class Judged:
    """What came out of a job, how many seconds it took, and what was made of it; None if nothing was."""

    result: SubmissionResult
    seconds: float
    made: Any = None


class Judges(Protocol):
    """Where jobs are judged: processes of this machine, or a cluster. `workers` jobs run at a time."""

    @property
    def workers(self) -> int:
        """How many jobs run at the same time."""

    def start(self) -> None:
        """Begin to load what jobs need, and return: there will be some."""

    def submit(self, job: Job, then: Then | None = None) -> Future[Judged]:
        """Begin to judge one job. Where this machine's disk is, something is made of the result `then`."""

    def close(self) -> None:
        """End what was started; the next job starts it again, where that is possible."""


class Pool:
    """Judges jobs of one course; processes start with the first job and end with `close`.

    Args:
        root: the course.
        workers: how many processes.
        needed: the modules of what is made of results.
    """

    def __init__(self, root: Path, workers: int = 1, needed: Sequence[str] = ()) -> None:
        self._root = root
        self.workers = workers
        self._needed = needed
        self._executor: Executor | None = None
        self._digest = ""

    def start(self) -> None:
        """Start the process from which others are forked."""
        use_one_thread()
        _meet_in_short_folder()
        get_context("forkserver").set_forkserver_preload([*PRELOADED, *self._needed])
        forkserver.ensure_running()

    def judge(self, job: Job) -> Judged:
        """Return what comes out of one job; a process that dies is replaced once."""
        try:
            return self.submit(job).result()
        except BrokenProcessPool:
            self.close()
            return self.submit(job).result()

    def submit(self, job: Job, then: Then | None = None) -> Future[Judged]:
        """Begin to judge one job, and make something of the result `then`."""
        if self._executor is None or self._digest != job.digest:
            self.close()
            self.start()
            context = get_context("forkserver")
            self._executor = ProcessPoolExecutor(
                self.workers, mp_context=context, initializer=_begin, initargs=(self._root,)
            )
            self._digest = job.digest
        return self._executor.submit(_judge, job, then)

    def close(self) -> None:
        """End the processes and the workers below them."""
        if self._executor is not None:
            self._executor.shutdown()
            self._executor = None


def _meet_in_short_folder() -> None:
    """Let the processes meet below /tmp where TMPDIR is too long for a socket, as a cluster's often is."""
    own = current_process()._config  # type: ignore[attr-defined]
    if "tempdir" not in own and len(os.fsencode(tempfile.gettempdir())) > LONGEST:
        own["tempdir"] = tempfile.mkdtemp(prefix="pymp-", dir="/tmp")
        Finalize(None, shutil.rmtree, args=(own["tempdir"], True), exitpriority=-100)


@dataclass(frozen=True)
class _Warm:
    """What a process of the pool holds."""

    course: Course
    sandbox: Sandbox


_roots: list[Path] = []


def _begin(root: Path) -> None:
    """Know the course, in a process of the pool; end when the pool's owner ends."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _roots.append(root)


@functools.cache
def _warm() -> _Warm | Exception:
    """Load the course and start the sandbox, with the first job; what goes wrong is every job's answer."""
    try:
        course = Course(_roots[0])
        warm = _Warm(course, Sandbox(course.limits))
        Finalize(None, warm.sandbox.close, exitpriority=1)  # of one killed nobody knows what it spent
        return warm
    except Exception as error:  # the instructor's own code, at import
        return error


@functools.cache
def _prepare(course: Course, lesson: str) -> None:
    """Load what a lesson needs, torch perhaps. All this stays: it is not looked through again and again."""
    course.exercises(lesson)
    gc.freeze()


def _end_with_parent() -> None:
    """End when the pool's owner has ended, and remove the folder of its socket: who is killed leaves it."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        shutil.rmtree(get_temp_dir(), ignore_errors=True)
        os._exit(1)


def _judge(job: Job, then: Then | None) -> Judged:
    held = _warm()
    if isinstance(held, Exception):
        raise held
    if held.course.digest != job.digest:
        raise AutogradeError(
            explain("course", f"version {job.digest}", held.course.digest, "It changed meanwhile: run again.")
        )
    _prepare(held.course, job.lesson)
    begin = time.monotonic()
    result = judge_sources(
        job.sources,
        submission=f"{job.student}/{job.lesson}",
        lesson=job.lesson,
        student=job.student,
        course=held.course,
        sandbox=held.sandbox,
    )
    seconds = time.monotonic() - begin
    return Judged(result, seconds, then(result) if then is not None else None)
