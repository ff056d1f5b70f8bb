"""When a lesson is due, for whom later, and what lateness costs: in nbgrader's own tables and plug-in.

The dates stand in `course.toml`; `release` and `grade` bring them into the gradebook, where formgrader shows
them.
An extension is one student's affair and stands in the gradebook alone.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from nbgrader.api import Assignment, MissingEntry
from nbgrader.plugins import LateSubmissionPlugin
from sqlalchemy.exc import SAWarning
from traitlets import Float

from autograde.course.files import write_atomically
from autograde.course.settings import Late, read_settings, settings_of
from autograde.errors import AutogradeError, explain
from autograde.nbgrader_plugins.cycle import Nbgrader
from autograde.nbgrader_plugins.gradebook import engine
from autograde.nbgrader_plugins.standings import assignment, said, submission


class LatePolicy(LateSubmissionPlugin):
    """Takes what `[late]` in `course.toml` says; else what `LateSubmissionPlugin.penalty_method` says."""

    per_day = Float(0.0, help="the share of the points that each day begun takes").tag(config=True)
    most = Float(1.0, help="the largest share that lateness may take").tag(config=True)
    grace_minutes = Float(0.0, help="how late is not late yet").tag(config=True)

    def late_submission_penalty(
        self, student_id: str, score: float, total_seconds_late: float
    ) -> float | None:
        """Return the points that are taken, or None."""
        if not self.per_day:
            penalty: float | None = super().late_submission_penalty(student_id, score, total_seconds_late)
            return penalty
        return Late(self.per_day, self.most, self.grace_minutes).penalty(score, total_seconds_late) or None


@dataclass(frozen=True)
class Due:
    """When a lesson is due, in UTC, and by how much later for whom."""

    date: datetime | None
    extensions: Mapping[str, timedelta]

    def of(self, student: str) -> datetime | None:
        """Return when it is due for a student."""
        return self.date and self.date + self.extensions.get(student, timedelta())


def read_due(nbgrader: Nbgrader, lesson: str) -> Due:
    """Return what the gradebook says of a lesson; before its first release, what `course.toml` says."""
    date = read_settings(nbgrader.root / "solutions" / "lessons").due.get(lesson)
    said_there = Due(date and _naive(date), {})
    if not nbgrader.has_gradebook:
        return said_there
    with nbgrader.gradebook() as gradebook:
        db = gradebook.db.connection()
        row = db.execute(
            sa.select(assignment.c.id, assignment.c.duedate).where(assignment.c.name == lesson)
        ).first()
        if row is None:
            return said_there
        query = sa.select(submission.c.student_id, submission.c.extension)
        found = db.execute(
            query.where(submission.c.assignment_id == row.id, submission.c.extension.is_not(None))
        )
        return Due(row.duedate, {who: by for who, by in found if by})


def write_due(nbgrader: Nbgrader, lessons: Iterable[str]) -> None:
    """Bring the dates of `course.toml` into the gradebook; a lesson that it does not name keeps its own."""
    dates = read_settings(nbgrader.root / "solutions" / "lessons").due
    write_dates(nbgrader, {name: dates[name] for name in lessons if name in dates})


def write_dates(nbgrader: Nbgrader, dates: Mapping[str, datetime | None]) -> None:
    """Bring dates into the gradebook, if there is one, where they are others there."""
    if not nbgrader.has_gradebook:
        return
    wanted = {name: date and _naive(date) for name, date in dates.items()}
    with nbgrader.gradebook() as gradebook:
        now = dict(gradebook.db.query(Assignment.name, Assignment.duedate).all())
    changed = {name: date for name, date in wanted.items() if name in now and now[name] != date}
    if not changed:
        return
    url = str(nbgrader.directory("").db_url)
    book = engine(url)
    try:
        with said(url), book.begin() as db:
            for name, date in changed.items():
                one = assignment.c.name == name
                db.execute(sa.update(assignment).where(one).values(duedate=date))
                if date is None:  # nbgrader adds an extension to whatever there is
                    ours = (
                        submission.c.assignment_id == sa.select(assignment.c.id).where(one).scalar_subquery()
                    )
                    db.execute(sa.update(submission).where(ours).values(extension=None))
    finally:
        book.dispose()


def extend(nbgrader: Nbgrader, lesson: str, student: str, until: datetime | None) -> None:
    """Let a lesson be due later for one student, or not any longer if `until` is None.

    Raises:
        AutogradeError: the lesson has no date, the date is not later, or nobody is called so.
    """
    due = read_due(nbgrader, lesson).date
    if due is None:
        raise AutogradeError(
            explain(lesson, "a due date to extend", "none", f"Run: autograde due {lesson} DATE")
        )
    by = _naive(until) - due if until else None
    if by is not None and by <= timedelta():
        raise AutogradeError(explain("DATE", f"later than {due:%Y-%m-%d %H:%M} UTC", f"{until}"))
    with nbgrader.gradebook() as gradebook:
        try:
            gradebook.find_student(student)
        except MissingEntry:
            next_step = "See: autograde roster"
            raise AutogradeError(
                explain("student", "somebody on the roster", repr(student), next_step)
            ) from None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)  # of the order in which nbgrader adds rows
            gradebook.update_or_create_submission(lesson, student, extension=by)


def _naive(date: datetime) -> datetime:
    """Return a time as nbgrader keeps it: in UTC, without saying so."""
    return date.astimezone(UTC).replace(tzinfo=None)


def set_date(nbgrader: Nbgrader, lesson: str, date: datetime | None) -> None:
    """Write the date of a lesson into `course.toml` and the gradebook, or take it out: in both, or in none.

    Raises:
        AutogradeError: the file has its `[due]` in a form that only a person can change, or the gradebook
            cannot be used.
    """
    file = nbgrader.root / "solutions" / "lessons" / "course.toml"
    before = file.read_bytes()
    write_atomically(file, _dated(file, lesson, date).encode())
    try:
        write_dates(nbgrader, {lesson: date})
    except BaseException:
        write_atomically(file, before)
        raise


def _dated(file: Path, lesson: str, date: datetime | None) -> str:
    """Return the text of a `course.toml` with another date of one lesson; nothing else of it changes."""
    text = file.read_text("utf-8")
    before = settings_of(text, str(file))
    lines = text.splitlines(keepends=True)
    place = next((number for number, line in enumerate(lines) if line.strip() == "[due]"), None)
    if place is None:
        place = len(lines)
        lines += ["\n[due]\n"]
    own = (f"{lesson} ", f"{lesson}=")
    lines = [line for number, line in enumerate(lines) if number <= place or not line.startswith(own)]
    if date is not None:
        lines.insert(place + 1, f"{lesson} = {date.isoformat(timespec='seconds')}\n")
    dates = {name: each for name, each in before.due.items() if name != lesson}
    after = "".join(lines)
    if settings_of(after, str(file)) != replace(before, due=dates | ({lesson: date} if date else {})):
        expected = "a table [due] with a line for each lesson"
        raise AutogradeError(explain(str(file), expected, "another form", "Write the date there."))
    return after
