"""Grading: one handed-in folder becomes one result that is kept, whatever is in the folder.

A submission's failure is data. A fault of ours leaves the grade open and says why. Unchanged work is not
judged twice.
"""

from __future__ import annotations

import atexit
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from autograde.classroom.pool import Job, Pool
from autograde.classroom.store import Graded, Kept, Store
from autograde.course.course import course_secret
from autograde.course.settings import read_settings
from autograde.course.submission import read_sources
from autograde.course.version import course_digest, engine_digest, lesson_digest
from autograde.errors import AutogradeError
from autograde.verdict import SubmissionResult
from autograde.wording import ALL_THE_SAME, by_name


class Edition:
    """What judges: one course as it lies on disk now, this engine on this machine."""

    def __init__(self, root: Path) -> None:
        solutions = root / "solutions"
        self.package = read_settings(solutions / "lessons").package
        self.digest = course_digest(solutions)
        self._solutions = solutions
        self._here = f"{engine_digest()} {hashlib.sha256(course_secret(root).encode()).hexdigest()}"
        self._lessons: dict[str, str] = {}

    def key(self, lesson: str, student: str, sources: Mapping[str, bytes]) -> str:
        """Return what identifies a verdict: all that it depends on."""
        digest = hashlib.sha256(f"{self.judging(lesson)} {lesson} {student}".encode())
        for path, content in sorted(sources.items()):
            digest.update(f"\0{path}\0{len(content)}\0".encode() + content)
        return digest.hexdigest()

    def judging(self, lesson: str) -> str:
        """Return what identifies all that judges a lesson: its checks, what they build on, and the engine."""
        if lesson not in self._lessons:
            self._lessons[lesson] = f"{self._here} {lesson_digest(self._solutions, lesson)}"
        return self._lessons[lesson]


@dataclass(frozen=True)
class HandedIn:
    """One submission as it was read: what there is to judge, its verdict's key, and what must be said."""

    job: Job
    key: str
    notes: tuple[str, ...]

    def graded(self, found: SubmissionResult | str) -> Graded:
        """Return the submission with its result, or with why it could not be judged."""
        if isinstance(found, str):
            return Graded(self.job.student, self.job.lesson, "", self._notes, found)
        return Graded(self.job.student, self.job.lesson, self.key, self._notes, result=found)

    @property
    def _notes(self) -> tuple[str, ...]:
        if self.job.sources:
            return self.notes
        return tuple(note.replace(ALL_THE_SAME, "").strip() for note in self.notes)


def read_folder(
    edition: Edition, folder: Path, lesson: str, student: str, notes: tuple[str, ...] = ()
) -> HandedIn:
    """Read a handed-in folder. What cannot be read safely is not judged, and a note says so."""
    sources: Mapping[str, bytes] = {}
    try:
        sources = read_sources(folder, edition.package)
    except AutogradeError as error:
        reason = by_name(str(error).replace(f"{folder}/", ""))  # a folder may have spaces in it
        notes = (*notes, f"{reason} Nothing of it was run.")
    job = Job(student, lesson, sources, edition.digest)
    return HandedIn(job, edition.key(lesson, student, sources), notes)


class Grader:
    """Judges folder after folder of one course, in a process of its own that stays warm."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._pool = Pool(root)

    def grade(self, folder: Path, lesson: str, student: str, notes: tuple[str, ...] = ()) -> Graded:
        """Judge what lies in `folder`, keep the result, and return it. Never raises an Exception.

        Args:
            folder: what was handed in.
            lesson: the id of the lesson.
            student: seeds the drawn inputs.
            notes: what is known about the submission already.
        """
        try:
            with Store(self.root) as store:
                return self._grade(store, folder, lesson, student, notes)
        except Exception as error:
            return Graded(student, lesson, "", notes, f"{type(error).__name__}: {error}")

    def _grade(self, store: Store, folder: Path, lesson: str, student: str, notes: tuple[str, ...]) -> Graded:
        before = store.kept(student, lesson)
        sources: Mapping[str, bytes] = {}
        try:
            found = read_folder(Edition(self.root), folder, lesson, student, notes)
            sources = found.job.sources
            kept = store.verdicts([found.key]).get(found.key)
            graded = found.graded(kept or self._pool.judge(found.job).result)
        except Exception as error:
            graded = Graded(student, lesson, "", notes, f"{type(error).__name__}: {error}")
        store.keep([Kept(graded, sources, before.answers if before else {})])
        return graded

    def __enter__(self) -> Grader:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process that judges; the next submission starts a new one."""
        self._pool.close()


_graders: dict[tuple[int, Path], Grader] = {}


def warm_grader(root: Path) -> Grader:
    """Return this process's grader of the course at `root`; it is closed when the process ends.

    nbgrader makes its preprocessors anew for each notebook, and its web page grades inside the server.
    """
    own = os.getpid(), root.resolve()
    if own not in _graders:
        _graders[own] = Grader(own[1])
        atexit.register(_graders[own].close)
    return _graders[own]
