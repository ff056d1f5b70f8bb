"""Keeps a wrong answer from a real submission as a misconception."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from autograde.audit.candidates import replaced
from autograde.course.answer import EDIT, answer_files
from autograde.course.course import Course
from autograde.course.submission import read_sources
from autograde.errors import AutogradeError, explain
from autograde.exercise import Exercise
from autograde.judge import judge_sources
from autograde.sandbox.sandbox import Sandbox
from autograde.verdict import ExerciseResult


@dataclass(frozen=True)
class Added:
    """A misconception that was written, and the names that the judge now gives the submission."""

    path: Path
    named: tuple[str, ...]


def add_misconception(course: Course, submission: Path, exercise_id: str, name: str, sentence: str) -> Added:
    """Write the submission's answer to `solutions/misconceptions/<exercise>/<name>.py` and judge it again.

    Raises:
        AutogradeError: the name is taken or no Python name, the answer is accepted, the function is
            missing, or a right answer would be given this name; then nothing is kept.
    """
    exercise = course.exercise(exercise_id)
    path = course.solutions / "misconceptions" / exercise_id / f"{name}.py"
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise AutogradeError(explain("name", "lower case letters, digits and _", repr(name)))
    if path.exists() or path.with_suffix(EDIT).exists():
        raise AutogradeError(explain(str(path), "a name that is free", "a file", "Choose another name."))
    sources = read_sources(submission, course.settings.package)
    text = course.taken_out(exercise, sources[exercise.target.file].decode())
    with Sandbox(course.limits) as sandbox:
        if _judged(course, sandbox, exercise, text).accepted:
            problem = "one that every check accepts"
            raise AutogradeError(explain(f"{exercise_id} of {submission}", "a wrong answer", problem))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'"""{sentence.strip()}"""\n\n{text}')
        fresh = Course(course.root)
        wronged = [
            right
            for right in _right_answers(fresh, exercise)
            if name in _named(fresh, sandbox, exercise, right)
        ]
        if wronged:
            path.unlink()
            raise AutogradeError(f"{name}: expected no right answer to get this name, got one that does.")
        return Added(path, _named(fresh, sandbox, exercise, text))


def _right_answers(course: Course, exercise: Exercise) -> list[str]:
    files = answer_files(course.solutions / "answers" / "right" / exercise.id)
    return ["", *(course.answer_text(path, exercise.id) for path in files)]


def _judged(course: Course, sandbox: Sandbox, exercise: Exercise, answer: str) -> ExerciseResult:
    reference = read_sources(course.solutions, exercise.package)
    file = exercise.target.file
    sources = {**reference, file: replaced(reference[file].decode(), answer, exercise.package).encode()}
    return judge_sources(sources, exercise=exercise.id, course=course, sandbox=sandbox).exercises[0]


def _named(course: Course, sandbox: Sandbox, exercise: Exercise, answer: str) -> tuple[str, ...]:
    result = _judged(course, sandbox, exercise, answer)
    return tuple(sorted({check.misconception for check in result.checks if check.misconception}))
