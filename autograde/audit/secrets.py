"""Asks whether one submission gets the same points whatever is drawn.

A sample of right, nearly right and wrong answers is judged with many draws. Who the student is seeds the
inputs like the secret does, so a course need not be loaded for each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from autograde.audit.bench import hasty
from autograde.audit.candidates import Candidate, candidates
from autograde.course.course import Course
from autograde.course.submission import read_sources
from autograde.judge import marks
from autograde.sandbox.sandbox import Sandbox

SEED = "audit"

SAMPLE = 6
"""How many answers of a kind are judged, spread over all of them."""


@dataclass(frozen=True)
class Varying:
    """An answer whose points depend on the secret.

    `checks` says how many of the `secrets` each check fails under, where that is some and not all.
    """

    exercise: str
    kind: str
    name: str
    points: tuple[float, ...]
    checks: dict[str, int]
    secrets: int

    def __str__(self) -> str:
        """Return one line about it."""
        found = ", ".join(f"{check} fails under {count}" for check, count in sorted(self.checks.items()))
        least, most = min(self.points), max(self.points)
        return (
            f"{self.exercise} {self.kind} {self.name}: {least:g} to {most:g} points; "
            f"of {self.secrets} secrets {found}"
        )


def varying(root: Path, exercise_id: str, secrets: int, sample: int | None = SAMPLE) -> list[Varying]:
    """Judge a sample of answers to one exercise under many secrets; return those whose points vary."""
    course = Course(root, SEED)
    reference = read_sources(course.solutions, course.settings.package)
    file = course.exercise(exercise_id).target.file
    with Sandbox(course.limits) as sandbox:
        quick = sandbox.under(hasty(course.limits))
        found = []
        for one in _sample(course, exercise_id, sample):
            sources = {**reference, file: one.source.encode()}
            asked = sandbox if one.kind in ("right", "nearly") else quick
            marked = [
                marks(sources, exercise_id, course, asked, f"secret {number}") for number in range(secrets)
            ]
            points = tuple(sorted({earned for earned, _ in marked}))
            if len(points) > 1:
                failed = Counter(check for _, checks in marked for check in checks)
                some = {check: count for check, count in failed.items() if count < secrets}
                found.append(Varying(exercise_id, one.kind, one.name, points, some, secrets))
    return found


def _sample(course: Course, exercise_id: str, sample: int | None) -> Iterator[Candidate]:
    """Yield answers of each kind, spread over all there are; the first of the right ones is the reference."""
    found = [each for each in candidates(course, exercise_id, mutated=False) if each.kind != "trivial"]
    for _, group in groupby(found, lambda each: each.kind):
        same = list(group)
        yield from same[:: -(-len(same) // sample) if sample else 1]
