"""`course.toml`: what the engine may not know by itself, in one file beside the lessons."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from autograde.errors import AutogradeError, explain
from autograde.limits import KINDS, Limits, Packages

FILE = "course.toml"
TABLES = ("rooms", "banned", "limits", "needs", "due", "late", "practice")
KEYS = {"id": str, "title": str, "package": str, **dict.fromkeys(TABLES, dict)}
UNJUDGED = (b"[due]", b"[late]", b"[practice]")
"""The tables on which no verdict depends."""


@dataclass(frozen=True)
class Late:
    """What lateness costs.

    Args:
        per_day: the share of the points that each day begun takes.
        most: the largest share that it may take.
        grace_minutes: how late is not late yet.
    """

    per_day: float = 0.0
    most: float = 1.0
    grace_minutes: float = 0.0

    @property
    def sentence(self) -> str:
        """Return what a learner reads."""
        grace = f" after the first {self.grace_minutes:g} minutes" if self.grace_minutes else ""
        taken = f"takes {self.per_day:.0%} of its points, at most {self.most:.0%}"
        return f"Late work: each day begun{grace} {taken}."

    def penalty(self, points: float, seconds: float) -> float:
        """Return the points that are taken from `points` for work that is so many seconds late."""
        beyond = seconds - 60 * self.grace_minutes
        days = -(-beyond // 86400)
        return points * min(self.most, self.per_day * days) if beyond > 0 else 0.0


@dataclass(frozen=True)
class Practice:
    """What is different where somebody studies alone.

    Args:
        solutions: whether a card may show how the reference does it, after success or three hints and a try.
    """

    solutions: bool = False


@dataclass(frozen=True)
class Settings:
    """One course.

    Args:
        id: nbgrader's name of the course.
        title: what a person calls it.
        package: the package that learners fill in.
        rooms: a module of the package, or a folder, and what may be imported there; else numpy alone.
        banned: what an exercise may ban by one word, each with its dotted names.
        limits: what a submission may use.
        needs: further packages that some lesson needs, each with what to do where it is missing.
        due: when a lesson is due, with an offset from UTC.
        late: what lateness costs.
        practice: what is different where somebody studies alone.
    """

    id: str
    title: str
    package: str
    rooms: Mapping[str, Packages] = field(default_factory=dict)
    banned: Mapping[str, Sequence[str]] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    needs: Mapping[str, str] = field(default_factory=dict)
    due: Mapping[str, datetime] = field(default_factory=dict)
    late: Late = field(default_factory=Late)
    practice: Practice = field(default_factory=Practice)

    @property
    def late_sentence(self) -> str:
        """Return what lateness costs, or "" where it costs nothing or nothing is due."""
        return self.late.sentence if self.due and self.late.per_day else ""

    def packages(self, module: str) -> Packages:
        """Return what a module such as "algebra.vectors" may import: its room is the innermost one."""
        inside = [room for room in self.rooms if f"{module}.".startswith(f"{room}.")]
        return self.rooms[max(inside, key=len)] if inside else "numpy"

    def names(self, banned: Sequence[str]) -> tuple[str, ...]:
        """Return the dotted names that an exercise bans, where it says so by a word of the course too."""
        return tuple(name for each in banned for name in self.banned.get(each, [each]))


def read_settings(lessons: Path) -> Settings:
    """Return what the `course.toml` in the folder of the lessons says.

    Raises:
        AutogradeError: there is none, or it says something else than it may.
    """
    path = lessons / FILE
    try:
        return settings_of(path.read_text("utf-8"), str(path))
    except OSError as error:
        raise AutogradeError(explain(str(path), "the file of the course", error.strerror)) from error
    except UnicodeDecodeError as error:
        raise AutogradeError(explain(str(path), "a file in TOML", str(error))) from error


def settings_of(text: str, where: str) -> Settings:
    """Return what the text of a `course.toml` says; `where` it stands is for the error.

    Raises:
        AutogradeError: it says something else than it may.
    """
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise AutogradeError(explain(where, "a file in TOML", str(error))) from error
    return _checked(found, where)


def judged_settings(path: Path) -> bytes:
    """Return what of a `course.toml` a verdict depends on."""
    kept, judged = [], True
    for line in path.read_bytes().splitlines():
        if line.startswith(b"["):
            judged = line.strip() not in UNJUDGED
        if judged and line.strip():
            kept.append(line)
    return b"\n".join(kept)


def due_text(date: datetime) -> str:
    """Return how a date is shown to a person, in the time zone of this machine."""
    return f"{date.astimezone():%a %d %b %Y, %H:%M %Z}"


def _checked(found: Mapping[str, Any], path: str) -> Settings:
    for key in ("id", "title", "package"):
        if key not in found:
            raise AutogradeError(explain(path, f"a line {key} = ...", "none"))
    for key, value in found.items():
        kind = KEYS.get(key)
        if kind is None:
            raise AutogradeError(explain(f"{path}: {key}", f"one of {', '.join(KEYS)}", "another name"))
        if not isinstance(value, kind):
            raise AutogradeError(explain(f"{path}: {key}", f"a {kind.__name__}", repr(value)))
    for room, packages in found.get("rooms", {}).items():
        if packages not in KINDS:
            raise AutogradeError(explain(f"{path}: {room}", f"one of {', '.join(KINDS)}", repr(packages)))
    for word, names in found.get("banned", {}).items():
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise AutogradeError(explain(f"{path}: banned: {word}", "a list of dotted names", repr(names)))
    if not found["package"].isidentifier():
        raise AutogradeError(explain(f"{path}: package", "a name that Python can import", found["package"]))
    for lesson, date in found.get("due", {}).items():
        if not isinstance(date, datetime) or date.tzinfo is None:
            expected = "a time with its offset, as in 2026-12-01T23:59:00+01:00"
            raise AutogradeError(explain(f"{path}: due: {lesson}", expected, repr(str(date))))
    read = {"limits": Limits.read(found.get("limits", {}), path), "late": _late(found.get("late", {}), path)}
    read["practice"] = _practice(found.get("practice", {}), path)
    return Settings(**{**found, **read})


def _late(table: Mapping[str, Any], path: str) -> Late:
    known = {"per_day": 1.0, "most": 1.0, "grace_minutes": float("inf")}
    for name, value in table.items():
        if name not in known:
            raise AutogradeError(
                explain(f"{path}: late: {name}", f"one of {', '.join(known)}", "another name")
            )
        if type(value) not in (int, float) or not 0 <= value <= known[name]:
            expected = "a number from 0" + " to 1" * (known[name] == 1)
            raise AutogradeError(explain(f"{path}: late: {name}", expected, repr(value)))
    return Late(**table)


def _practice(table: Mapping[str, Any], path: str) -> Practice:
    for name, value in table.items():
        if name != "solutions" or type(value) is not bool:
            actual = f"{name} = {value!r}"
            raise AutogradeError(explain(f"{path}: practice", "solutions = true or false", actual))
    return Practice(**table)
