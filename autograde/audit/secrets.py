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

from autograde.audit.bench import Bench, bench
from autograde.audit.candidates import Candidate, candidates
from autograde.audit.kept import Kept, candidate_key, context_digest
from autograde.course.course import Course
from autograde.judge import marks

SEED = "audit"

SAMPLE, COSTLY_SAMPLE = 3, 1
"""How many answers of a kind are judged, spread over all of them; fewer where some check takes seconds."""


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


def varying(
    root: Path,
    exercise_id: str,
    secrets: int,
    *,
    cache: Path | None = None,
    fresh: bool = False,
) -> list[Varying]:
    """Judge a sample of answers to one exercise under many secrets; return those whose points vary.

    Args:
        root: the course's folder.
        exercise_id: such as "03.1".
        secrets: under how many secrets.
        cache: where it is kept which answers have the same points under all; None keeps nothing.
        fresh: judge them again.
    """
    judge = bench(root, SEED)
    context = context_digest(judge.course, exercise_id)
    kept = Kept(cache, root, SEED, f"{exercise_id} secrets", context, fresh)
    found = []
    for one in _sample(judge.course, exercise_id):
        key = f"{secrets} {candidate_key(one)}"
        if kept.find(key) is not None:
            continue
        varies = _varying(judge, one, secrets)
        if varies is None:
            kept.write({key: True})
        else:
            found.append(varies)
    return found


def _varying(judge: Bench, one: Candidate, secrets: int) -> Varying | None:
    """Judge one answer under many secrets; return None where its points are always the same."""
    sources, sandbox = judge.sources(one), judge.sandbox(one)
    marked = [
        marks(sources, one.exercise, judge.course, sandbox, f"secret {number}") for number in range(secrets)
    ]
    points = tuple(sorted({earned for earned, _ in marked}))
    if len(points) == 1:
        return None
    failed = Counter(check for _, checks in marked for check in checks)
    some = {check: count for check, count in failed.items() if count < secrets}
    return Varying(one.exercise, one.kind, one.name, points, some, secrets)


def _sample(course: Course, exercise_id: str) -> Iterator[Candidate]:
    """Yield answers of each kind, spread over all there are; the first of the right ones is the reference."""
    costly = any(check.costly for check in course.hidden(exercise_id).checks)
    sample = COSTLY_SAMPLE if costly else SAMPLE
    found = [each for each in candidates(course, exercise_id, mutated=False) if each.kind != "trivial"]
    for _, group in groupby(found, lambda each: each.kind):
        same = list(group)
        yield from same[:: -(-len(same) // sample)]
