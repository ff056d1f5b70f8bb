"""Grading: one handed-in folder becomes one result that is kept, whatever is in the folder.

A submission's failure is data. A fault of ours leaves the grade open and says why. Results lie in
`.course/results/<student>/<lesson>.json`; unchanged work is not judged twice.
"""

from __future__ import annotations

import atexit
import hashlib
import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from autograde.classroom.pool import Job, Pool
from autograde.course.course import course_digest
from autograde.course.settings import read_settings
from autograde.course.submission import read_sources
from autograde.errors import AutogradeError
from autograde.verdict import CheckResult, ExerciseResult, SubmissionResult, Verdict


@dataclass(frozen=True)
class Graded:
    """One submission of one lesson.

    Args:
        student: who handed it in.
        lesson: the id of the lesson.
        key: what was judged, by which checks; equal keys mean equal results.
        notes: what the learner must know about what was handed in.
        problem: why it could not be judged, a fault of ours; "" if it was.
        result: what the judge found; None if there is a problem.
    """

    student: str
    lesson: str
    key: str
    notes: tuple[str, ...] = ()
    problem: str = ""
    result: SubmissionResult | None = None

    @property
    def open(self) -> bool:
        """Whether the grade must stay open because of a fault of ours."""
        return self.result is None or self.result.judge_failed

    def exercise(self, exercise_id: str) -> ExerciseResult | None:
        """Return what was found out about one exercise, or None."""
        return self.result.exercise(exercise_id) if self.result else None


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
            graded = self._judged(folder, lesson, student, notes)
            keep(self.root, graded)
        except Exception as error:
            forget(self.root, student, lesson)
            return Graded(student, lesson, "", notes, f"{type(error).__name__}: {error}")
        return graded

    def __enter__(self) -> Grader:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process that judges; the next submission starts a new one."""
        self._pool.close()

    def _judged(self, folder: Path, lesson: str, student: str, notes: tuple[str, ...]) -> Graded:
        try:
            solutions = self.root / "solutions"
            package = read_settings(solutions / "lessons").package
            job = Job(student, lesson, {}, course_digest(solutions))
            try:
                job = replace(job, sources=read_sources(folder, package))
            except AutogradeError as error:
                notes = (*notes, f"{error} Nothing of it was run.")
            key = _key(job)
            kept = kept_result(self.root, student, lesson)
            if kept is not None and kept.key == key and not kept.open:
                return Graded(student, lesson, key, notes, result=kept.result)
            return Graded(student, lesson, key, notes, result=self._pool.judge(job))
        except Exception as error:
            return Graded(student, lesson, "", notes, f"{type(error).__name__}: {error}")


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


def _key(job: Job) -> str:
    digest = hashlib.sha256(f"{job.digest} {job.lesson} {job.student}".encode())
    for path, content in sorted(job.sources.items()):
        digest.update(f"\0{path}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def result_path(root: Path, student: str, lesson: str) -> Path:
    """Return where the result of one submission is kept."""
    return root / ".course" / "results" / student / f"{lesson}.json"


def keep(root: Path, graded: Graded) -> None:
    """Write one result, as a whole or not at all."""
    path = result_path(root, graded.student, graded.lesson)
    path.parent.mkdir(parents=True, exist_ok=True)
    written = path.with_suffix(".part")
    written.write_text(json.dumps(asdict(graded), indent=1) + "\n", "utf-8")
    written.replace(path)


def forget(root: Path, student: str, lesson: str) -> None:
    """Remove a result, so that it is neither shown nor used again."""
    result_path(root, student, lesson).unlink(missing_ok=True)


def kept_result(root: Path, student: str, lesson: str) -> Graded | None:
    """Return the result that was kept last, or None if there is none that can be read."""
    try:
        found = json.loads(result_path(root, student, lesson).read_text("utf-8"))
        return _graded(found)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _graded(found: dict[str, Any]) -> Graded:
    result = found.pop("result")
    found["notes"] = tuple(found["notes"])
    return Graded(**found, result=_submission(result) if result else None)


def _submission(found: dict[str, Any]) -> SubmissionResult:
    exercises = tuple(_exercise(exercise) for exercise in found.pop("exercises"))
    return SubmissionResult(**found, exercises=exercises)


def _exercise(found: dict[str, Any]) -> ExerciseResult:
    checks = found.pop("checks")
    read = tuple(CheckResult(**(check | {"verdict": Verdict(check["verdict"])})) for check in checks)
    return ExerciseResult(**found, checks=read)
