"""The public checks tell a known wrong answer from the right one: green means more than nothing."""

from __future__ import annotations

import importlib
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograde.call import Call, perform
from autograde.course.answer import KnownAnswer
from autograde.course.course import REFERENCE, Course
from autograde.course.lesson import load_lessons
from autograde.draw import Draw
from autograde.exercise import Exercise, Learner
from autograde.practice.direct import Direct

DONE = ("06",)
"""The lessons of which no misconception that gives other values passes all public checks."""

SAME_VALUES: dict[str, tuple[str, ...]] = {}
"""Misconceptions, by exercise, that give the values of the reference: they cost more, or change an input."""

LESSONS = load_lessons(Path(__file__).resolve().parent.parent / "solutions" / "lessons")


class Known(Direct):
    """Answers calls as a notebook does, with a known answer in place of a learner's file."""

    def __init__(self, course: Course, exercise: Exercise, answer: KnownAnswer | None) -> None:
        super().__init__(exercise, replace(course.limits, call_s=60))  # imports take seconds
        self.answer = course.answer(exercise, answer)

    def _perform(self, call: Call) -> Any:
        return perform(call, self._resolve) if call.target.kept else self.answer(call)


def passes(course: Course, exercise: Exercise, answer: KnownAnswer | None = None) -> bool:
    """Return whether an answer passes every public check; None stands for the reference."""
    learner = Learner(exercise.target.holder, Known(course, exercise, answer))
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            for check in exercise.checks:
                check.run(learner, Draw("public", exercise.id, check.name))
    except Exception:
        return False
    return True


@pytest.mark.parametrize(
    "exercise_id",
    [each.id for lesson in LESSONS.values() for each in lesson.exercises if each.id.startswith(DONE)],
)
def test_no_misconception_passes_all_public_checks(exercise_id: str, course: Course) -> None:
    exercise = course.exercise(exercise_id)
    importlib.import_module(f"{REFERENCE}.{exercise.target.holder}")  # before any clock runs
    if exercise.packages != "numpy":
        from autograde.instruments import pretend_device

        pretend_device.device()  # torch has to know it before the first gradient
    assert passes(course, exercise)
    accepted = {each.name for each in course.misconceptions(exercise_id) if passes(course, exercise, each)}
    assert accepted == set(SAME_VALUES.get(exercise_id, ()))
