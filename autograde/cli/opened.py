"""What the instructor's commands share: the course that they work on, and their common options."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from autograde.course.course import find_course
from autograde.errors import AutogradeError, explain

if TYPE_CHECKING:
    from autograde.nbgrader_plugins.cycle import Nbgrader

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
LESSONS = click.argument("lessons", nargs=-1, metavar="[LESSON ...]")


def opened() -> Nbgrader:
    """Return nbgrader on the course around the current folder."""
    from autograde.nbgrader_plugins.cycle import Nbgrader

    return Nbgrader(find_course())


def chosen(nbgrader: Nbgrader, lessons: tuple[str, ...]) -> list[str]:
    """Return the lessons that were asked for, or all that are in the exchange."""
    known = nbgrader.lessons()
    unknown = [name for name in lessons if name not in known]
    if unknown or not known:
        expected = f"one of {', '.join(known)}" if known else "a released lesson"
        raise AutogradeError(
            explain("lesson", expected, ", ".join(unknown) or "none", "Run: autograde release")
        )
    return sorted(set(lessons)) or known
