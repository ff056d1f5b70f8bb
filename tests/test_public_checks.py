"""No wrong value passes all public checks: green at home is not followed by nothing when handed in."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from autograde.course.answer import KnownAnswer
from autograde.course.course import Course
from autograde.draw import Draw
from autograde.exercise import Exercise, Learner

OF_10 = tuple(f"10.{each}" for each in (1, 2, 3, 4, 6))
COMPLETE = ("00", "01", "02", "03", "04", "05", "06", "07", "08", "09", *OF_10)
"""The lessons whose public checks let no misconception through."""


def passes(course: Course, exercise: Exercise, known: KnownAnswer | None = None) -> bool:
    """Return whether an answer, or the reference, passes every public check."""
    ask = course.answer(exercise, known)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            for check in exercise.checks:
                check.run(Learner(exercise.target.holder, ask), Draw("public", exercise.id, check.name))
        except Exception:
            return False
    return True


@pytest.mark.parametrize("lesson", COMPLETE)
def test_no_misconception_passes_all_public_checks(course: Course, lesson: str) -> None:
    chosen = [exercise for exercise in course.exercises() if exercise.id.startswith(lesson)]
    assert chosen
    for exercise in chosen:
        assert passes(course, exercise)
        known = course.misconceptions(exercise.id)
        assert [each.name for each in known if passes(course, exercise, each)] == [], exercise.id
