"""Hand-ins that wait in the exchange to be collected: for a backup, and back from one.

Who handed in and when is the file system's word. No archive keeps that, so a copy says it by its name, and
belongs to the instructor, whose own files are believed when they are collected.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from nbgrader.utils import parse_utc

from autograde.course.submission import COLLECTED_LIMITS, copy_folder
from autograde.errors import AutogradeError, explain
from autograde.nbgrader_plugins.collect import MOST_HAND_INS, file_time
from autograde.nbgrader_plugins.cycle import Nbgrader
from autograde.nbgrader_plugins.exchange import STUDENT
from autograde.nbgrader_plugins.shared import TIMESTAMP, arrival, is_own, owner_of

TRIES, PAUSE_S = 10, 0.3
SETTLED = timedelta(seconds=5)
"""After so long without a change nobody is still handing in, even where the last file is missing."""


@dataclass(frozen=True)
class HandIn:
    """A folder in the exchange, by what the file system says; its name and files where they are believed."""

    folder: Path
    student: str
    lesson: str
    when: datetime

    @property
    def name(self) -> str:
        """Return the name under which a copy of it can be collected."""
        return f"{self.student}+{self.lesson}+{self.when:%Y-%m-%d %H:%M:%S.%f} UTC"


def inbound(nbgrader: Nbgrader) -> Path:
    """Return the folder in which hand-ins wait."""
    return Path(nbgrader.config.Exchange.root) / nbgrader.course_id / "inbound"


def copy_waiting(nbgrader: Nbgrader, target: Path) -> list[str]:
    """Copy the newest hand-in of each student and lesson that is not collected yet; return what could not be.

    Each copy is of one moment: whoever is just handing in is waited for.
    """
    left_out = []
    for found in _newest(nbgrader):
        try:
            _copy_still(found, target)
        except (AutogradeError, OSError) as error:
            left_out.append(f"{found.student}: {error} It is not in the archive.")
    return left_out


def _copy_still(found: HandIn, target: Path) -> None:
    for _ in range(TRIES):
        copy = target / found.name
        copy_folder(found.folder, copy, COLLECTED_LIMITS)
        still = replace(found, when=arrived(found.folder))
        if still == found and _is_whole(copy, found.when):
            (copy / TIMESTAMP).unlink(missing_ok=True)
            (copy / TIMESTAMP).write_text(f"{found.when:%Y-%m-%d %H:%M:%S.%f} UTC", "utf-8")
            return
        shutil.rmtree(copy)
        found = still
        time.sleep(PAUSE_S)
    raise AutogradeError(explain("the hand-in", "one that nobody is changing", "another one at each look"))


def _is_whole(copy: Path, when: datetime) -> bool:
    """Whether the file that is written last is there, or was never meant to be."""
    now = datetime.now(UTC).replace(tzinfo=None)
    return (copy / TIMESTAMP).is_file() or now - when > SETTLED


def arrived(folder: Path) -> datetime:
    """Return when a hand-in came: by its name where files are believed, else by the file system."""
    if is_own(folder):
        with suppress(ValueError, OverflowError, AttributeError, IndexError):
            claimed: datetime = parse_utc(folder.name.split("+")[2])
            return claimed
    return arrival(folder)


def _newest(nbgrader: Nbgrader) -> list[HandIn]:
    newest: dict[tuple[str, str], HandIn] = {}
    for found in _handed_in(nbgrader):
        whose = (found.student, found.lesson)
        if whose not in newest or newest[whose].when < found.when:
            newest[whose] = found
    return [found for found in newest.values() if not _is_collected(nbgrader, found)]


def _handed_in(nbgrader: Nbgrader) -> Iterator[HandIn]:
    """Yield what collecting would look at: under its owner's name, or believed."""
    counts: dict[str, int] = {}
    folder, lessons = inbound(nbgrader), set(nbgrader.lessons())
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        student, _, rest = path.name.partition("+")
        lesson = rest.partition("+")[0]
        try:
            owner = owner_of(path)
            counts[owner] = counts.get(owner, 0) + 1
            theirs = is_own(path) or (owner == student and counts[owner] <= MOST_HAND_INS)
            if theirs and STUDENT.fullmatch(student) and lesson in lessons:
                yield HandIn(path, student, lesson, arrived(path))
        except OSError:  # taken away by its owner, or closed to us
            continue


def _is_collected(nbgrader: Nbgrader, found: HandIn) -> bool:
    collected = file_time(nbgrader.folder("submitted", found.student, found.lesson) / TIMESTAMP)
    return collected is not None and collected >= found.when
