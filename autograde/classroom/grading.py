"""Grading: one handed-in folder becomes one result that is kept, whatever is in the folder.

A submission's failure is data. A fault of ours leaves the grade open and says why. Results lie in
`.course/results/<student>/<lesson>.json`; unchanged work is not judged twice.
"""

from __future__ import annotations

import atexit
import hashlib
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from autograde.course.course import REFERENCE, Course
from autograde.course.submission import read_sources
from autograde.errors import AutogradeError
from autograde.judge import judge_sources
from autograde.sandbox.sandbox import Sandbox
from autograde.verdict import CheckResult, ExerciseResult, SubmissionResult, Verdict


@dataclass(frozen=True)
class Graded:
    """One submission of one lesson.

    Args:
        student: who handed it in.
        lesson: such as "03_softmax".
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
    """Judges folder after folder with one sandbox and one course, both kept warm."""

    def __init__(self) -> None:
        self._sandbox: Sandbox | None = None
        self._course: Course | None = None
        self._state = ""

    def grade(
        self,
        root: Path,
        folder: Path,
        lesson: str,
        student: str,
        notes: tuple[str, ...] = (),
    ) -> Graded:
        """Judge the `attnlib` in `folder`, keep the result, and return it. Never raises an Exception.

        Args:
            root: the course.
            folder: what was handed in.
            lesson: such as "03_softmax".
            student: seeds the drawn inputs.
            notes: what is known about the submission already.
        """
        try:
            graded = self._judged(root, folder, lesson, student, notes)
            keep(root, graded)
        except Exception as error:
            forget(root, student, lesson)
            return Graded(student, lesson, "", notes, f"{type(error).__name__}: {error}")
        return graded

    def __enter__(self) -> Grader:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """End the sandbox; the next submission starts a new one."""
        self._course = None
        if self._sandbox is not None:
            self._sandbox.close()
            self._sandbox = None

    def _judged(self, root: Path, folder: Path, lesson: str, student: str, notes: tuple[str, ...]) -> Graded:
        sources: Mapping[str, bytes] = {}
        try:
            sources = read_sources(folder)
        except AutogradeError as error:
            notes = (*notes, f"{error} Nothing of it was run.")
        try:
            course = self._warm_course(root)
            key = _key(sources, course, lesson, student)
            kept = kept_result(root, student, lesson)
            if kept is not None and kept.key == key and not kept.open:
                return Graded(student, lesson, key, notes, result=kept.result)
            result = judge_sources(
                sources,
                submission=f"{student}/{lesson}",
                lesson=lesson,
                student=student,
                course=course,
                sandbox=self._warm_sandbox(),
            )
        except Exception as error:
            return Graded(student, lesson, "", notes, f"{type(error).__name__}: {error}")
        return Graded(student, lesson, key, notes, result=result)

    def _warm_sandbox(self) -> Sandbox:
        if self._sandbox is None:
            self._sandbox = Sandbox()
        return self._sandbox

    def _warm_course(self, root: Path) -> Course:
        """Return the course, loaded anew when a file under `solutions/` has changed."""
        state = f"{root} {_fingerprint(root / 'solutions')}"
        if self._course is None or state != self._state:
            for name in [name for name in sys.modules if name.partition(".")[0] == REFERENCE]:
                del sys.modules[name]
            self._course = Course(root)
            self._state = state
        return self._course


_graders: dict[int, Grader] = {}


def warm_grader() -> Grader:
    """Return this process's grader; it is closed when the process ends.

    nbgrader makes its preprocessors anew for each notebook, and its web page grades inside the server.
    """
    own = os.getpid()
    if own not in _graders:
        _graders[own] = Grader()
        atexit.register(_graders[own].close)
    return _graders[own]


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        info = path.stat()
        digest.update(f"{path} {info.st_mtime_ns} {info.st_size}\n".encode())
    return digest.hexdigest()


def _key(sources: Mapping[str, bytes], course: Course, lesson: str, student: str) -> str:
    digest = hashlib.sha256(f"{course.digest} {lesson} {student}".encode())
    for path, content in sorted(sources.items()):
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
