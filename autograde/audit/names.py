"""Counts the names that the judge gives: the true ones, the false ones, and those that are missing.

A wrong answer has a true name if it is a misconception, or if its file says so in a line of its own:

    # misconception: sum_over_the_wrong_axis

What is true of answers that know nothing, `solutions/answers/trivial_names.toml` says. Any other name is
false, and any name of an answer that is right or nearly right.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

SAYS = re.compile(r"^# misconception: (\w+)$", re.MULTILINE)


class Named(Protocol):
    """An answer that was judged, and what the judge called it."""

    @property
    def named(self) -> tuple[str, ...]:
        """Return the names that the judge gave it; "judge_error" where it could not be judged."""

    @property
    def true_name(self) -> str | None:
        """Return the one name that it may get."""


@dataclass(frozen=True)
class NameCount:
    """How many names were given, or not given, rightly."""

    true: int = 0
    false: int = 0
    missing: int = 0


def true_name(text: str) -> str | None:
    """Return the misconception that a wrong answer says it is."""
    found = SAYS.search(text)
    return found.group(1) if found else None


def trivial_names(solutions: Path, exercise: str) -> Mapping[str, str]:
    """Return the names that are true of answers that know nothing, by their kind."""
    path = solutions / "answers" / "trivial_names.toml"
    listed = tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}
    return dict(listed.get(exercise, {}))


def false_names(answer: Named) -> list[str]:
    """Return the names of an answer that are not true."""
    return [name for name in answer.named if name not in (answer.true_name, "judge_error")]


def count_names(answers: Iterable[Named]) -> NameCount:
    """Count the names of some answers; one answer may have several, of which one can be true."""
    judged = list(answers)
    wanted = [answer for answer in judged if answer.true_name is not None]
    true = sum(answer.true_name in answer.named for answer in wanted)
    return NameCount(true, sum(len(false_names(answer)) for answer in judged), len(wanted) - true)
