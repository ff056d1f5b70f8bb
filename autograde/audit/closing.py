"""The figures with which an audit closes: what the verdicts of a course are worth, in one table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograde.audit.audit import MUTATION_SCORE, ExerciseAudit, mutation_score
from autograde.audit.kept import Answer
from autograde.audit.public import Public
from autograde.audit.regions import ExerciseRegions
from autograde.audit.secrets import Varying

NOT_ASKED = "not asked: --whole"
STYLES = ("as_in_", "as_by_")
"""So the name of a right answer begins that is written in the style of somebody's published code."""


@dataclass(frozen=True)
class Figure:
    """One line of the table: what was found, what is wanted, and whether it is so."""

    what: str
    found: str
    wanted: str
    sound: bool = True


@dataclass(frozen=True)
class Further:
    """What only `autograde audit --whole` asks.

    Args:
        regions: of each exercise.
        varying: answers whose points depend on the secret.
        secrets: under how many of them a sample was judged.
        public: of each exercise.
    """

    regions: Sequence[ExerciseRegions]
    varying: Sequence[Varying]
    secrets: int
    public: Sequence[Public]


def figures(audits: Sequence[ExerciseAudit], further: Further | None = None) -> list[Figure]:
    """Return the lines of the table, in the order in which they are printed."""
    return [*_of_answers(audits), *_of_further(further), _mutants(audits)]


def _of_answers(audits: Sequence[ExerciseAudit]) -> Iterator[Figure]:
    right = [answer for audit in audits for answer in audit.right]
    whole = sum(not answer.failed for answer in right)
    yield Figure("right answers whole", f"{whole:,} of {len(right):,}", "all", whole == len(right))
    yield Figure(
        "  in the style of published code", f"{sum(map(_in_a_style, right))}", "60 in a whole course"
    )
    nearly = [(audit, answer) for audit in audits for answer in audit.nearly]
    one = sum(len(answer.failed) == 1 for _, answer in nearly)
    yield Figure("nearly right, lose one check", f"{one} of {len(nearly)}", "all", one == len(nearly))
    wrong = [answer for audit in audits for answer in audit.wrong]
    rejected = sum(bool(answer.failed) for answer in wrong)
    yield Figure("wrong answers rejected", f"{rejected:,} of {len(wrong):,}", "all", rejected == len(wrong))
    names = [audit.names for audit in audits]
    true, false, missing = (
        sum(getattr(each, kind) for each in names) for kind in ("true", "false", "missing")
    )
    yield Figure("names", f"{true:,} true, {false} false, {missing} missing", "0 false", not false)


def _in_a_style(answer: Answer) -> bool:
    return answer.name.startswith(STYLES) and not answer.failed


def _of_further(further: Further | None) -> Iterator[Figure]:
    asked = further or Further((), (), 0, ())
    visited, promised = (
        sum(getattr(each, kind) for each in asked.regions) for kind in ("visited", "promised")
    )
    passed = [f"{each.exercise} {name}" for each in asked.public for name in each.passed]
    of = sum(each.asked for each in asked.public)
    complete = all(each.is_complete for each in asked.regions)
    found = [
        Figure("promised regions visited", f"{visited:,} of {promised:,}", "all", complete),
        Figure(
            "answers whose points vary",
            f"{len(asked.varying)} under {asked.secrets} secrets",
            "none",
            not asked.varying,
        ),
        Figure("wrong, pass all public checks", f"{len(passed)} of {of:,}", "none", not passed),
    ]
    for each in found:
        yield each if further else Figure(each.what, NOT_ASKED, each.wanted)


def _mutants(audits: Sequence[ExerciseAudit]) -> Figure:
    killed = sum(each.killed for each in audits)
    counted = sum(each.mutants - each.equivalent for each in audits)
    score = mutation_score(audits)
    found = f"{killed:,} of {counted:,}, {score:.1%}" if counted else "not asked: --mutants"
    return Figure("mutants killed", found, f"{MUTATION_SCORE:.0%}", score >= MUTATION_SCORE)
