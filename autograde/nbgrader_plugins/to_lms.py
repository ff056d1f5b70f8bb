"""Feedback pages in a zip, under the names by which a learning platform knows whose they are."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path

from autograde.errors import AutogradeError, explain
from autograde.nbgrader_plugins.beginnings import beginnings
from autograde.nbgrader_plugins.cycle import Nbgrader


def write_feedback(nbgrader: Nbgrader, lessons: Iterable[str], file: Path) -> tuple[int, list[str]]:
    """Write the pages of lessons into a zip for Canvas's or Moodle's upload of feedback files.

    Returns:
        How many pages are in it, and why others are not: whoever did not come from the platform.

    Raises:
        AutogradeError: the file cannot be written.
    """
    written, left_out = 0, []
    try:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for lesson in lessons:
                known = beginnings(nbgrader.root, lesson)
                for student in nbgrader.submitted(lesson):
                    page = nbgrader.folder("feedback", student, lesson) / f"{lesson}.html"
                    begin = known.get(student, "")
                    if not begin or not page.is_file():
                        actual = "work that came another way" if page.is_file() else "no page"
                        left_out.append(explain(f"{student}, {lesson}", "work from a platform", actual))
                        continue
                    between = "/" if begin.endswith("_assignsubmission_file_") else ""
                    archive.write(page, f"{begin}{between}{lesson}.html")
                    written += 1
    except OSError as error:
        raise AutogradeError(
            explain(str(file), "a file to write", error.strerror, "Name another one.")
        ) from error
    return written, left_out
