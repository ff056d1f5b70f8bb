"""The course around the current folder."""

from __future__ import annotations

from pathlib import Path

from autograde.errors import AutogradeError, explain


def course_root() -> Path:
    """Return the folder with `solutions/lessons` and `nbgrader_config.py`: the current one, or one above."""
    for folder in (Path.cwd(), *Path.cwd().parents):
        if (folder / "solutions" / "lessons").is_dir() and (folder / "nbgrader_config.py").is_file():
            return folder
    next_step = "Run this in the course's repository."
    raise AutogradeError(explain(str(Path.cwd()), "a course with solutions/lessons", "none", next_step))
