"""nbgrader's gradebook, written in one transaction a batch: the same rows as its own converters leave.

They find each row by itself, over foreign keys without an index: at 5,000 submissions 0.4 s for each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from nbgrader.api import new_uuid
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy.engine import Connection

from autograde.nbgrader_plugins import standings
from autograde.nbgrader_plugins.plan import LessonPlan
from autograde.nbgrader_plugins.standings import (
    assignment,
    comment,
    earned,
    grade,
    said,
    seconds_late,
    student,
    submission,
    submitted,
)

if TYPE_CHECKING:
    from autograde.nbgrader_plugins.cycle import Nbgrader

_one = sa.and_(grade.c.cell_id == sa.bindparam("cell"), grade.c.notebook_id == sa.bindparam("book"))
_by_hand = grade.c.manual_score.is_not(None)
_asked = sa.bindparam("asked", type_=sa.Boolean)
SET_SCORE = (
    sa.update(grade)
    .where(_one)
    .values(
        auto_score=sa.bindparam("auto"),
        needs_manual_grade=sa.case((_by_hand, grade.c.needs_manual_grade), else_=_asked),
    )
)
OPEN_SCORE = (
    sa.update(grade)
    .where(_one)
    .values(
        auto_score=None,
        needs_manual_grade=sa.case((_by_hand, grade.c.needs_manual_grade), else_=sa.true()),
    )
)
ASK_AGAIN = sa.update(grade).where(_one, _by_hand).values(needs_manual_grade=True)
SET_COMMENT = (
    sa.update(comment)
    .where(comment.c.cell_id == sa.bindparam("cell"), comment.c.notebook_id == sa.bindparam("book"))
    .values(auto_comment=sa.bindparam("auto"))
)
SET_TIME = (
    sa.update(submission)
    .where(
        submission.c.assignment_id == sa.bindparam("lesson"),
        submission.c.student_id == sa.bindparam("who"),
        submission.c.timestamp.is_distinct_from(sa.bindparam("time", type_=sa.DateTime)),
    )
    .values(timestamp=sa.bindparam("time", type_=sa.DateTime))
)


@dataclass(frozen=True)
class Entry:
    """What one submission leaves in the gradebook: when it came, points and comments by cell."""

    student: str
    time: datetime | None
    scores: Mapping[str, float | None]
    comments: Mapping[str, str | None]


class Book:
    """The gradebook of one lesson."""

    def __init__(self, nbgrader: Nbgrader, plan: LessonPlan) -> None:
        self.plan = plan
        (self._notebook,) = plan.notebooks
        self._url = nbgrader.directory(plan.lesson).db_url
        self._engine = engine(self._url)
        self._late = AssignLatePenalties(config=nbgrader.config)
        self._late.init_plugin()

    def close(self) -> None:
        """Close the file."""
        self._engine.dispose()

    def open_grades(self, students: Iterable[str]) -> None:
        """Take back what was found out about some students' work: until it is graded, the grade is open.

        What a person has graded counts on.
        """
        with self._changing() as db:
            books = self._books(db, students)
            ids = _bound(books.values())
            db.execute(sa.update(submitted).where(ids(submitted.c.id)).values(late_submission_penalty=None))
            grades = [
                {"cell": cell, "book": book}
                for book in books.values()
                for cell in self._notebook.grades.values()
            ]
            comments = [
                {"cell": cell, "book": book, "auto": None}
                for book in books.values()
                for cell in self._notebook.comments.values()
            ]
            _run(db, OPEN_SCORE, grades)
            _run(db, SET_COMMENT, comments)

    def ask_again(self, changed: Mapping[str, Iterable[str]]) -> None:
        """Ask a person again for what they have graded in these cells of these students."""
        with self._changing() as db:
            books = self._books(db, changed)
            grades = [
                {"cell": self._notebook.grades[name], "book": book}
                for who, book in books.items()
                for name in changed[who]
            ]
            _run(db, ASK_AGAIN, grades)

    def write(self, batch: Iterable[Entry]) -> None:
        """Write a batch, all of it or nothing."""
        entries = {entry.student: entry for entry in batch}
        with self._changing() as db:
            self._add_missing(db, entries)
            times = [
                {"lesson": self.plan.id, "who": entry.student, "time": entry.time}
                for entry in entries.values()
                if entry.time is not None
            ]
            _run(db, SET_TIME, times)
            books = self._books(db, entries)
            grades = [
                {"cell": self._notebook.grades[name], "book": books[who], "auto": auto, "asked": auto is None}
                for who, entry in entries.items()
                for name, auto in entry.scores.items()
            ]
            comments = [
                {"cell": self._notebook.comments[name], "book": books[who], "auto": auto}
                for who, entry in entries.items()
                for name, auto in entry.comments.items()
            ]
            _run(db, SET_SCORE, grades)
            _run(db, SET_COMMENT, comments)
            self._penalise(db, books)

    def by_hand(self) -> set[tuple[str, str]]:
        """Return the students and cells whose points a person has given."""
        names = {cell: name for name, cell in self._notebook.grades.items()}
        query = (
            sa.select(submission.c.student_id, grade.c.cell_id)
            .join(submitted, submitted.c.assignment_id == submission.c.id)
            .join(grade, grade.c.notebook_id == submitted.c.id)
            .where(submission.c.assignment_id == self.plan.id, _by_hand)
        )
        with said(self._url), self._engine.connect() as db:
            return {(who, names[cell]) for who, cell in db.execute(query) if cell in names}

    @contextmanager
    def _changing(self) -> Iterator[Connection]:
        with said(self._url), self._engine.begin() as db:
            yield db

    def _add_missing(self, db: Connection, entries: Mapping[str, Entry]) -> None:
        known = _bound(entries)
        there = set(db.scalars(sa.select(student.c.id).where(known(student.c.id))))
        _run(db, sa.insert(student), [{"id": name} for name in entries if name not in there])
        ours = submission.c.assignment_id == self.plan.id
        query = sa.select(submission.c.student_id).where(ours, known(submission.c.student_id))
        there = set(db.scalars(query))
        rows: list[dict[str, Any]] = [
            {"id": new_uuid(), "assignment_id": self.plan.id, "student_id": name, "timestamp": entry.time}
            for name, entry in entries.items()
            if name not in there
        ]
        books = [
            {"id": new_uuid(), "assignment_id": row["id"], "notebook_id": self._notebook.id} for row in rows
        ]
        cells = [(book["id"], self._notebook) for book in books]
        _run(db, sa.insert(submission), rows)
        _run(db, sa.insert(submitted), books)
        for table, names in ((grade, self._notebook.grades), (comment, self._notebook.comments)):
            new = [{"notebook_id": book, "cell_id": cell} for book, _ in cells for cell in names.values()]
            _run(db, sa.insert(table), new)

    def _books(self, db: Connection, students: Iterable[str]) -> dict[str, str]:
        """Return the rows of the students' notebooks."""
        query = (
            sa.select(submission.c.student_id, submitted.c.id)
            .join(submitted, submitted.c.assignment_id == submission.c.id)
            .where(
                submission.c.assignment_id == self.plan.id,
                submitted.c.notebook_id == self._notebook.id,
                _bound(students)(submission.c.student_id),
            )
        )
        return {row[0]: row[1] for row in db.execute(query)}

    def _penalise(self, db: Connection, books: Mapping[str, str]) -> None:
        """Let nbgrader's plug-in say what lateness costs; almost always there is nothing to write."""
        query = (
            sa.select(
                submission.c.student_id,
                submission.c.timestamp,
                submission.c.extension,
                assignment.c.duedate,
                submitted.c.late_submission_penalty,
            )
            .join(assignment, submission.c.assignment_id == assignment.c.id)
            .join(submitted, submitted.c.assignment_id == submission.c.id)
            .where(_bound(books.values())(submitted.c.id))
        )
        changed = []
        for who, time, extension, due, now in db.execute(query).all():
            seconds = seconds_late(time, due, extension)
            wanted = self._penalty(db, who, books[who], seconds) if seconds > 0 else None
            if wanted != now:
                changed.append({"book": books[who], "penalty": wanted})
        statement = (
            sa.update(submitted)
            .where(submitted.c.id == sa.bindparam("book"))
            .values(late_submission_penalty=sa.bindparam("penalty"))
        )
        _run(db, statement, changed)

    def _penalty(self, db: Connection, who: str, book: str, seconds: float) -> float | None:
        query = sa.select(grade.c.auto_score, grade.c.manual_score, grade.c.extra_credit)
        rows = db.execute(query.where(grade.c.notebook_id == book)).all()
        score = float(sum(earned(*row) for row in rows))
        penalty = self._late.plugin_inst.late_submission_penalty(who, score, seconds)
        if penalty is None:
            return None
        return float(self._late._check_late_penalty(SimpleNamespace(score=score), penalty))


def engine(url: str) -> sa.Engine:
    """Return an engine whose transactions take the gradebook at once, so that none fails half-way."""
    made = sa.create_engine(url, connect_args={"isolation_level": None, "timeout": standings.PATIENCE_S})

    @sa.event.listens_for(made, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return made


def _bound(values: Iterable[str]) -> Any:
    """Return what asks whether a column is one of the values, however many they are."""
    listed = sa.bindparam(None, list(values), type_=sa.JSON)
    return lambda column: column.in_(sa.select(sa.func.json_each(listed).table_valued("value").c.value))


def _run(db: Connection, statement: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        db.execute(statement, rows)
