"""No wrong value passes all public checks: green at home is not followed by nothing when handed in."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograde.audit.public import ask_public
from autograde.course.course import Course

FOLDER = Path(__file__).resolve().parent.parent / "solutions" / "lessons"
LESSONS = sorted(folder.name[:2] for folder in FOLDER.iterdir() if folder.is_dir())


@pytest.mark.slow
@pytest.mark.parametrize("lesson", LESSONS)
def test_no_misconception_passes_all_public_checks(course: Course, lesson: str) -> None:
    found = [ask_public(course, each.id) for each in course.exercises() if each.id.startswith(lesson)]
    assert found
    for each in found:
        assert each.asked > 0
        assert (each.passed, each.reference) == ((), True), each.exercise
