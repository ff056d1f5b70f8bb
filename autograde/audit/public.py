"""Asks whether a known wrong answer passes every public check: green at home, nothing when handed in.

Misconceptions are the instructor's own code, so they are asked in this process.
"""

from __future__ import annotations

import warnings
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from autograde.audit.bench import course_here
from autograde.audit.kept import Kept, context_digest
from autograde.audit.secrets import SEED
from autograde.course.answer import KnownAnswer
from autograde.course.course import Course
from autograde.draw import Draw
from autograde.exercise import Exercise, Learner


@dataclass(frozen=True)
class Public:
    """What the public checks of one exercise say of its misconceptions.

    Args:
        exercise: its id.
        asked: how many misconceptions there are.
        passed: those that pass every public check.
        reference: whether the right answer passes them too.
    """

    exercise: str
    asked: int
    passed: tuple[str, ...]
    reference: bool = True


def public_here(root: Path, exercise_id: str, *, cache: Path | None = None, fresh: bool = False) -> Public:
    """Ask all misconceptions of one exercise, as a task of some process."""
    course = course_here(root, SEED)
    context = context_digest(course, exercise_id)
    kept = Kept(cache, root, SEED, f"{exercise_id} public", context, fresh)
    if (plain := kept.find("misconceptions")) is not None:
        return Public(**plain)
    found = ask_public(course, exercise_id)
    if found.reference and not found.passed:
        kept.write({"misconceptions": asdict(found)})
    return found


def ask_public(course: Course, exercise_id: str) -> Public:
    """Ask all misconceptions of one exercise."""
    exercise = course.exercise(exercise_id)
    known = course.misconceptions(exercise_id)
    passed = tuple(each.name for each in known if _passes(course, exercise, each))
    return Public(exercise_id, len(known), passed, _passes(course, exercise))


def _passes(course: Course, exercise: Exercise, known: KnownAnswer | None = None) -> bool:
    ask = course.answer(exercise, known)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            for check in exercise.checks:
                check.run(Learner(exercise.target.holder, ask), Draw("public", exercise.id, check.name))
        except Exception:
            return False
    return True
