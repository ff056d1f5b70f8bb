"""Grading: one handed-in folder becomes one result that is kept, whatever is in the folder.

A submission's failure is data. A fault of ours leaves the grade open and says why. Results lie in
`.course/results/<student>/<lesson>.json`; unchanged work is not judged twice.
"""

from __future__ import annotations

import atexit
import hashlib
import json
import math
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, is_dataclass, replace
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from autograde.classroom.pool import Job, Pool
from autograde.course.course import course_digest
from autograde.course.settings import read_settings
from autograde.course.submission import read_sources
from autograde.errors import AutogradeError
from autograde.verdict import ExerciseResult, SubmissionResult, Verdict
from autograde.wording import by_name

MAX_RESULT_BYTES = 16 << 20


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
                reason = by_name(str(error).replace(f"{folder}/", ""))  # a folder may have spaces in it
                notes = (*notes, f"{reason} Nothing of it was run.")
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
    """Return the result that was kept last, or None if there is none or it is damaged."""
    try:
        with result_path(root, student, lesson).open("rb") as file:
            found: Graded = _read(Graded, json.loads(file.read(MAX_RESULT_BYTES)))
            return found
    except (OSError, ValueError, TypeError, RecursionError):
        return None


def _read(kind: Any, value: Any) -> Any:
    """Return the JSON `value` as `kind`, exactly: a dataclass, a tuple, a mapping, a number or a text.

    Raises:
        TypeError, ValueError: it is something else.
    """
    parts = get_args(kind)
    if isinstance(kind, type) and is_dataclass(kind) and type(value) is dict:
        hints = get_type_hints(kind)
        return kind(**{name: _read(hints.get(name), part) for name, part in value.items()})
    if get_origin(kind) is tuple and type(value) is list:
        return tuple(_read(parts[0], part) for part in value)
    if get_origin(kind) is Mapping and type(value) is dict:
        return {_read(parts[0], name): _read(parts[1], part) for name, part in value.items()}
    if type(None) in parts:
        return None if value is None else _read(parts[0], value)
    if kind is Verdict:
        return Verdict(value)
    if kind is float and type(value) in (int, float) and math.isfinite(value):
        return float(value)
    if kind in (str, bool) and type(value) is kind:
        return value
    raise TypeError(f"result: expected {kind}, got {type(value).__name__}")
