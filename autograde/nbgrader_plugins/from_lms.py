"""Submissions from a learning platform's archive, laid where collected ones lie; each on its own."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from autograde.classroom.handed_over import HandedOver, Layout, handed_over
from autograde.classroom.lms import Part, is_late, sorted_parts
from autograde.classroom.roster import Roster
from autograde.course.files import write_atomically
from autograde.course.release import skeleton_files
from autograde.course.settings import Late, read_settings
from autograde.course.submission import COLLECTED_LIMITS, SubmissionRefused, copy_folder, shown_name
from autograde.errors import AutogradeError, explain
from autograde.nbgrader_plugins.beginnings import beginnings, remember_beginnings
from autograde.nbgrader_plugins.collect import file_time
from autograde.nbgrader_plugins.cycle import Nbgrader
from autograde.nbgrader_plugins.due import Due, read_due
from autograde.nbgrader_plugins.notes import add_missing_notebooks, set_folders_aside
from autograde.nbgrader_plugins.people import roster
from autograde.nbgrader_plugins.shared import SECRET, TIMESTAMP
from autograde.nbgrader_plugins.submitted import refusal_path

LATE_BY = timedelta(seconds=1)
"""How late work counts that a platform calls late without saying by how much."""


@dataclass
class Collected:
    """What became of the files of some archives.

    Args:
        taken: the students whose work was laid down; `late` and `same` are some of them.
        refused: why a student's work was not taken.
        unknown: why files are nobody's.
        told: what else the instructor has to know.
    """

    taken: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


def collect_archives(nbgrader: Nbgrader, lesson: str, paths: Iterable[Path]) -> Collected:
    """Collect the submissions of a lesson from archives, folders of them, and single files.

    Raises:
        AutogradeError: there is no roster, or nothing in the archives is anybody's.
    """
    people = roster(nbgrader)
    if not people.people:
        raise AutogradeError(explain("roster", "students", "none", "Run: autograde roster import FILE"))
    solutions = nbgrader.root / "solutions"
    package = read_settings(solutions / "lessons").package
    others = frozenset(nbgrader.lessons()) - {lesson}
    layout = Layout(lesson, package, frozenset(skeleton_files(solutions)), others)
    due = read_due(nbgrader, lesson)
    begun: dict[str, str] = {}
    with sorted_parts(paths, people) as found:
        done = Collected(unknown=found.unknown)
        for student, parts in sorted(found.by_student.items()):
            try:
                handed = handed_over(parts, layout)
                time = handed.time.astimezone(UTC).replace(tzinfo=None, microsecond=0)
                _take(nbgrader, lesson, student, handed, _counted(time, handed.late, due.of(student)), done)
                done.told += _called_otherwise(student, parts, people)
                begun[student] = max(parts, key=lambda part: part.order).beginning
            except (SubmissionRefused, OSError) as error:
                done.refused.append(f"{student}: {error} It was not collected.")
    if not found.by_student:
        next_step = "Is it the archive of this lesson? See: autograde roster"
        what = found.unknown[0] if found.unknown else explain("archive", "submissions", "none", next_step)
        raise AutogradeError(what)
    remember_beginnings(nbgrader.root, lesson, begun)
    _say_about_time(done, lesson, due, read_settings(solutions / "lessons").late)
    return done


def _called_otherwise(student: str, parts: Iterable[Part], people: Roster) -> Iterator[str]:
    """Yield a sentence where the number alone says whose it is: a group's, or somebody's with a new name."""
    person = people.account(student)
    other = next((part.owner for part in parts if not part.owner.is_called_so(people)), None)
    if other is not None and person is not None and person.name != person.id:
        name = shown_name(other.name)
        number = f"by number {other.number} it counts for {student} alone"
        yield f"{student} is {name!r} on the platform; {number}."


def _take(
    nbgrader: Nbgrader, lesson: str, student: str, handed: HandedOver, time: datetime, done: Collected
) -> None:
    done.told += [f"{student}: {sentence}" for sentence in handed.told]
    target = nbgrader.folder("submitted", student, lesson)
    with tempfile.TemporaryDirectory(dir=nbgrader.root / ".course", prefix="collecting-") as folder:
        raw, staged = Path(folder) / "raw", Path(folder) / "submission"
        for path, content in handed.files.items():
            (raw / path).parent.mkdir(parents=True, exist_ok=True)
            (raw / path).write_bytes(content)
        copy_folder(raw, staged, COLLECTED_LIMITS)
        for sentence in set_folders_aside(staged, nbgrader.released(lesson)):
            done.told.append(f"{student}: {sentence}")
        for name in add_missing_notebooks(staged, nbgrader.released(lesson)):
            done.told.append(f"{student} handed in no {name}; the code is graded.")
        (staged / TIMESTAMP).write_text(_stamp(time))
        old = target / SECRET
        secret = old.read_text("latin-1") if old.is_file() and not old.is_symlink() else secrets.token_hex(64)
        (staged / SECRET).write_text(secret)
        done.taken.append(student)
        if handed.late:
            done.late.append(student)
        if _contents(staged) == _contents(target):
            done.same.append(student)
        else:
            _replace(staged, target, Path(folder) / "before")
            shutil.rmtree(refusal_path(nbgrader.root, student, lesson).parent, ignore_errors=True)


def _replace(staged: Path, target: Path, aside: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        target.rename(aside)
    staged.rename(target)


def _contents(folder: Path) -> Mapping[str, bytes | None]:
    """Return what lies in a folder; a link or anything else that is no plain file equals nothing."""
    return {
        path.relative_to(folder).as_posix(): None if path.is_symlink() else path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() or path.is_file()
    }


def _counted(time: datetime, late: bool, due: datetime | None) -> datetime:
    """Return when it counts as handed in.

    An archive has no time of its own to trust: often it is when it was downloaded. Late is what the platform
    calls late.
    """
    if due is None:
        return time
    return due + LATE_BY if late else min(time, due)


def set_times(nbgrader: Nbgrader, lesson: str) -> None:
    """Let work that came from a platform count by the date as it is now: it may have changed since."""
    due = read_due(nbgrader, lesson)
    for student, begun in beginnings(nbgrader.root, lesson).items():
        file = nbgrader.folder("submitted", student, lesson) / TIMESTAMP
        if (time := file_time(file)) is not None:
            now = _counted(time, is_late(begun), due.of(student))
            if now != time:
                write_atomically(file, _stamp(now).encode())


def _stamp(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S} UTC"


def _say_about_time(done: Collected, lesson: str, due: Due, policy: Late) -> None:
    if done.late and due.date is None:
        done.told.append(
            f"{lesson} has no due date: late work costs nothing. Set one: autograde due {lesson} DATE"
        )
    elif done.late:
        forgiven = f", within the grace of {policy.grace_minutes:g} minutes" if policy.grace_minutes else ""
        done.told.append(
            f"The archive does not say by how much work is late; it counts as 1 second{forgiven}."
        )
    for who in sorted(set(done.late) & set(due.extensions)):
        done.told.append(f"{who} has more time here; the platform calls the work late, and late it counts.")
