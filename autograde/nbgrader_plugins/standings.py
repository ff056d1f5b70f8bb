"""Where a class stands, read from nbgrader's gradebook in one pass; and its faults, in one sentence."""

from __future__ import annotations

import sqlite3
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    GradeCell,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    TaskCell,
)
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from autograde.classroom.report import Standing
from autograde.errors import AutogradeError, explain

PATIENCE_S = 30.0
"""How long another program may hold the gradebook."""

student, assignment, base_cell = Student.__table__, Assignment.__table__, BaseCell.__table__
submission, submitted = SubmittedAssignment.__table__, SubmittedNotebook.__table__
grade, comment = Grade.__table__, Comment.__table__
notebook = Notebook.__table__
grade_cell, task_cell = GradeCell.__table__, TaskCell.__table__


@contextmanager
def said(url: str) -> Iterator[None]:
    """Turn what the gradebook's file does into one sentence."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        path = url.removeprefix("sqlite:///")
        problem = str(getattr(error, "orig", None) or error).splitlines()[0]
        next_step = "Close the program that holds it, and run again."
        if "not a database" in problem or "malformed" in problem or "no such table" in problem:
            next_step = "Restore it from a backup, or move it away and run: autograde release"
        elif "readonly" in problem or "full" in problem or "unable to open" in problem:
            next_step = "Make room for it or let it be written, and run again."
        raise AutogradeError(explain(path, "a gradebook to use", problem, next_step)) from error


def standings(url: str, *, everybody: bool = False) -> list[Standing]:
    """Return where every student stands in every lesson that was handed in, in one pass over the gradebook.

    With `everybody` also where a student of the roster has handed in nothing.
    """
    read = sa.create_engine(url, connect_args={"timeout": PATIENCE_S})
    with said(url), read.connect() as db:
        maximum = maxima(db)
        rows: dict[str, list[Any]] = {}
        for book, *cells in db.execute(_GRADES):
            rows.setdefault(book, []).append(cells)
        found: dict[tuple[str, str], list[Any]] = {}
        for row in db.execute(_SUBMISSIONS):
            found.setdefault((row.student_id, row.name), []).append(row)
        absent = _absent(db, found, maximum) if everybody else []
    read.dispose()
    there = [
        _standing(who, lesson, books, [cell for book in books for cell in rows.get(book.id, ())], maximum)
        for (who, lesson), books in found.items()
    ]
    return sorted([*there, *absent], key=lambda each: (each.student, each.lesson))


def _absent(
    db: Connection, found: Container[tuple[str, str]], maximum: Mapping[str, float]
) -> list[Standing]:
    """Return who of the roster has not handed in which lesson."""
    worth: dict[str, float] = {}
    query = sa.select(assignment.c.name, notebook.c.id)
    for lesson, book in db.execute(query.join(notebook, notebook.c.assignment_id == assignment.c.id)):
        worth[lesson] = worth.get(lesson, 0.0) + maximum.get(book, 0.0)
    return [
        Standing(who, lesson, 0.0, points, handed_in=False)
        for who in db.scalars(sa.select(student.c.id))
        for lesson, points in worth.items()
        if (who, lesson) not in found
    ]


_SUBMISSIONS = (
    sa.select(
        submission.c.student_id,
        assignment.c.name,
        assignment.c.duedate,
        submission.c.timestamp,
        submission.c.extension,
        submitted.c.id,
        submitted.c.late_submission_penalty,
        submitted.c.notebook_id,
    )
    .join(assignment, submission.c.assignment_id == assignment.c.id)
    .outerjoin(submitted, submitted.c.assignment_id == submission.c.id)
)
_GRADES = (
    sa.select(
        grade.c.notebook_id,
        base_cell.c.name,
        sa.func.coalesce(grade_cell.c.cell_type, ""),
        grade.c.auto_score,
        grade.c.manual_score,
        grade.c.extra_credit,
        grade.c.needs_manual_grade,
    )
    .join(base_cell, grade.c.cell_id == base_cell.c.id)
    .outerjoin(grade_cell, grade_cell.c.id == base_cell.c.id)
)


def maxima(db: Connection) -> dict[str, float]:
    """Return the points that each notebook is worth."""
    found: dict[str, float] = {}
    for table in (grade_cell, task_cell):
        query = sa.select(base_cell.c.notebook_id, sa.func.sum(table.c.max_score))
        query = query.join(base_cell, table.c.id == base_cell.c.id).group_by(base_cell.c.notebook_id)
        for notebook, points in db.execute(query):
            found[notebook] = found.get(notebook, 0.0) + points
    return found


def _standing(
    who: str, lesson: str, books: list[Any], cells: list[Any], maximum: Mapping[str, float]
) -> Standing:
    first = books[0]
    penalty = float(sum(book.late_submission_penalty or 0.0 for book in books))
    score = sum(earned(auto, by_hand, extra) for _, _, auto, by_hand, extra, _ in cells)
    return Standing(
        student=who,
        lesson=lesson,
        points=max(0.0, score - penalty),
        max_points=float(sum(maximum.get(book.notebook_id, 0.0) for book in books)),
        submitted=f"{first.timestamp:%Y-%m-%d %H:%M:%S}" if first.timestamp else "",
        late_s=seconds_late(first.timestamp, first.duedate, first.extension),
        penalty=penalty,
        handed_in=first.timestamp is not None
        or any(asked or (auto, by_hand) != (None, None) for _, _, auto, by_hand, _, asked in cells),
        to_grade=tuple(sorted(name for name, *_, asked in cells if asked)),
        unanswered=tuple(
            sorted(
                name
                for name, kind, auto, by_hand, _, _ in cells
                if kind == "markdown" and auto == 0 and by_hand is None
            )
        ),
    )


def earned(auto: float | None, by_hand: float | None, extra: float | None) -> float:
    """Return the points of one cell, as nbgrader counts them."""
    score = by_hand if by_hand is not None else auto
    return 0.0 if score is None else score + (extra or 0.0)


def seconds_late(time: datetime | None, due: datetime | None, extension: Any) -> float:
    """Return by how much a submission is late; 0 where nothing was due."""
    if time is None or due is None:
        return 0.0
    return float(max(0.0, (time - due - (extension or due - due)).total_seconds()))
