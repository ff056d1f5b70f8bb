"""The feedback pages of a lesson, from the store, the graded notebooks and one look at the gradebook.

nbgrader's converter starts anew for each submission and converts a notebook of which the page shows little:
40 ms of the processor for each. A page, the time and the secret beside it are all that its cycle asks for.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from nbformat.v4 import reads_json
from nbgrader.converters import GenerateFeedback

from autograde.classroom.feedback import page
from autograde.classroom.store import Graded, Store
from autograde.nbgrader_plugins import standings
from autograde.nbgrader_plugins.pages import FeedbackExporter, feedback
from autograde.nbgrader_plugins.shared import SECRET, TIMESTAMP
from autograde.nbgrader_plugins.standings import (
    assignment,
    base_cell,
    comment,
    earned,
    grade,
    notebook,
    said,
    seconds_late,
    student,
    submission,
    submitted,
)

if TYPE_CHECKING:
    from autograde.nbgrader_plugins.cycle import Nbgrader


@dataclass(frozen=True)
class Points:
    """A cell's points, in nbgrader's words."""

    name: str
    score: float
    needs_manual_grade: bool


@dataclass(frozen=True)
class Said:
    """What is said about a cell: a person's words, or else ours."""

    name: str
    comment: str | None


@dataclass(frozen=True)
class Due:
    """When a lesson is due."""

    duedate: datetime | None


@dataclass(frozen=True)
class Person:
    """Who handed in."""

    first_name: str | None
    last_name: str | None


@dataclass(frozen=True)
class Handed:
    """A submission: when it came, and when it was due, for this student and for all."""

    timestamp: datetime | None
    total_seconds_late: float
    duedate: datetime | None
    assignment: Due
    student: Person


@dataclass(frozen=True)
class Book:
    """A submitted notebook as a page needs it, by the names that nbgrader's own rows have."""

    student: str
    name: str
    assignment: Handed
    late_submission_penalty: float | None
    max_score: float
    grades: list[Points] = field(default_factory=list)
    comments: list[Said] = field(default_factory=list)

    @property
    def score(self) -> float:
        """Return the points of all cells."""
        return sum(each.score for each in self.grades)


def write_pages(nbgrader: Nbgrader, lesson: str) -> None:
    """Write the feedback pages of a lesson, of everybody who was graded.

    Raises:
        AutogradeError: gradebook or store cannot be used, or a page cannot be written.
    """
    converter = GenerateFeedback(coursedir=nbgrader.directory(lesson), config=nbgrader.config)
    if converter.exporter_class is not FeedbackExporter:
        nbgrader.generate_feedback(lesson)
        return
    mode = int(str(converter.permissions), 8)
    with Store(nbgrader.root) as store:
        graded = {kept.graded.student: kept.graded for kept in store.all(lesson)}
    made: dict[str, list[Book]] = {}
    for book in _books(nbgrader.directory("").db_url, lesson):
        made.setdefault(book.student, []).append(book)
    for who, books in made.items():
        source = nbgrader.root / ".course" / "autograded" / who / lesson
        pages = dict(_pages(source, books, graded.get(who), lesson))
        if pages:
            _write(nbgrader.root / ".course" / "feedback" / who / lesson, source, pages, mode)


def _pages(source: Path, books: list[Book], graded: Graded | None, lesson: str) -> Iterator[tuple[str, str]]:
    """Yield the names and texts of one submission's pages."""
    for book in books:
        path = source / f"{book.name}.ipynb"
        if path.is_file():
            cells = reads_json(path.read_text("utf-8"))
            found = graded or Graded(book.student, lesson, "", problem="There is no result.")
            yield f"{book.name}.html", page(feedback(cells, found, book))


def _write(target: Path, source: Path, pages: Mapping[str, str], mode: int) -> None:
    """Replace a folder of feedback, once all that comes in its place is written."""
    staged = target.with_name(f".{target.name}.new")
    shutil.rmtree(staged, ignore_errors=True)
    try:
        staged.mkdir(parents=True)
        for name, text in pages.items():
            (staged / name).write_text(text, "utf-8")
        for name in (TIMESTAMP, SECRET):
            if (source / name).is_file():
                shutil.copyfile(source / name, staged / name)
        for path in staged.iterdir():
            path.chmod(mode)
    except OSError:
        shutil.rmtree(staged, ignore_errors=True)
        raise
    shutil.rmtree(target, ignore_errors=True)
    staged.rename(target)


def _books(url: str, lesson: str) -> list[Book]:
    """Return what the gradebook knows of a lesson, in four queries."""
    read = sa.create_engine(url, connect_args={"timeout": standings.PATIENCE_S})
    of_lesson = (
        sa.select(submitted.c.id)
        .join(submission, submitted.c.assignment_id == submission.c.id)
        .join(assignment, submission.c.assignment_id == assignment.c.id)
        .where(assignment.c.name == lesson)
    )
    with said(url), read.connect() as db:
        maximum = standings.maxima(db)
        books = {row.id: _book(row, maximum) for row in db.execute(_SUBMITTED, {"lesson": lesson})}
        for row in db.execute(_GRADES.where(grade.c.notebook_id.in_(of_lesson))):
            points = earned(row.auto_score, row.manual_score, row.extra_credit)
            books[row.notebook_id].grades.append(Points(row.name, points, bool(row.needs_manual_grade)))
        for row in db.execute(_COMMENTS.where(comment.c.notebook_id.in_(of_lesson))):
            text = row.auto_comment if row.manual_comment is None else row.manual_comment
            books[row.notebook_id].comments.append(Said(row.name, text))
    read.dispose()
    return [*books.values()]


def _book(row: Any, maximum: Mapping[str, float]) -> Book:
    late_s = seconds_late(row.timestamp, row.duedate, row.extension)
    own = row.duedate + row.extension if row.duedate and row.extension else row.duedate
    person = Person(row.first_name, row.last_name)
    handed = Handed(row.timestamp, late_s, own, Due(row.duedate), person)
    penalty = row.late_submission_penalty
    return Book(row.student_id, row.name, handed, penalty, maximum.get(row.notebook_id, 0.0))


_SUBMITTED = (
    sa.select(
        submitted.c.id,
        submitted.c.notebook_id,
        submitted.c.late_submission_penalty,
        notebook.c.name,
        submission.c.student_id,
        submission.c.timestamp,
        submission.c.extension,
        assignment.c.duedate,
        student.c.first_name,
        student.c.last_name,
    )
    .join(submission, submitted.c.assignment_id == submission.c.id)
    .join(assignment, submission.c.assignment_id == assignment.c.id)
    .join(notebook, submitted.c.notebook_id == notebook.c.id)
    .join(student, submission.c.student_id == student.c.id)
    .where(assignment.c.name == sa.bindparam("lesson"))
)
_GRADES = sa.select(
    grade.c.notebook_id,
    base_cell.c.name,
    grade.c.auto_score,
    grade.c.manual_score,
    grade.c.extra_credit,
    grade.c.needs_manual_grade,
).join(base_cell, grade.c.cell_id == base_cell.c.id)
_COMMENTS = sa.select(
    comment.c.notebook_id, base_cell.c.name, comment.c.auto_comment, comment.c.manual_comment
).join(base_cell, comment.c.cell_id == base_cell.c.id)
