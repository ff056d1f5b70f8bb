"""`course.toml`: what the engine may not know by itself, in one file beside the lessons."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograde.errors import AutogradeError, explain
from autograde.limits import KINDS, Limits, Packages

FILE = "course.toml"
KEYS = {"id": str, "title": str, "package": str, "rooms": dict, "limits": dict, "needs": dict}


@dataclass(frozen=True)
class Settings:
    """One course.

    Args:
        id: nbgrader's name of the course.
        title: what a person calls it.
        package: the package that learners fill in.
        rooms: a module of the package, or a folder, and what may be imported there; else numpy alone.
        limits: what a submission may use.
        needs: further packages that some lesson needs, each with what to do where it is missing.
    """

    id: str
    title: str
    package: str
    rooms: Mapping[str, Packages] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    needs: Mapping[str, str] = field(default_factory=dict)

    def packages(self, module: str) -> Packages:
        """Return what a module such as "algebra.vectors" may import: its room is the innermost one."""
        inside = [room for room in self.rooms if f"{module}.".startswith(f"{room}.")]
        return self.rooms[max(inside, key=len)] if inside else "numpy"


def read_settings(lessons: Path) -> Settings:
    """Return what the `course.toml` in the folder of the lessons says.

    Raises:
        AutogradeError: there is none, or it says something else than it may.
    """
    path = lessons / FILE
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise AutogradeError(explain(str(path), "the file of the course", error.strerror)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AutogradeError(explain(str(path), "a file in TOML", str(error))) from error
    return _checked(found, str(path))


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
    if not found["package"].isidentifier():
        raise AutogradeError(explain(f"{path}: package", "a name that Python can import", found["package"]))
    return Settings(**{**found, "limits": Limits.read(found.get("limits", {}), path)})
