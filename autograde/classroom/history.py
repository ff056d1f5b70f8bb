"""Which verdict each hand-in of a student got: the store keeps the last one, this keeps them all, by time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from autograde.classroom.store import PATIENCE_S, submission
from autograde.errors import AutogradeError, explain
from autograde.verdict import SubmissionResult

SCHEMA = """CREATE TABLE IF NOT EXISTS hand_in(
    lesson TEXT NOT NULL, student TEXT NOT NULL, time TEXT NOT NULL, key TEXT NOT NULL,
    PRIMARY KEY(lesson, student, time)) WITHOUT ROWID"""


@dataclass(frozen=True)
class HandIn:
    """One hand-in, when it was made, and what was found out about it."""

    student: str
    time: datetime
    result: SubmissionResult


def note(root: Path, lesson: str, hand_ins: Iterable[tuple[str, datetime | None, str]]) -> None:
    """Note the key of the verdict that some students' hand-ins got; those without a time are left out.

    Raises:
        AutogradeError: the file cannot be used.
    """
    rows = [(lesson, student, time.isoformat(), key) for student, time, key in hand_ins if time and key]
    if not rows:
        return
    path = root / ".course" / "store.db"
    try:
        with closing(sqlite3.connect(path, timeout=PATIENCE_S)) as db, db:
            db.execute(SCHEMA)
            db.executemany("INSERT OR REPLACE INTO hand_in VALUES(?,?,?,?)", rows)
    except sqlite3.Error as error:
        next_step = "Is another program using it, or the disk full or read-only? Then run again."
        raise AutogradeError(explain(str(path), "a file to use", error, next_step)) from error


def history(root: Path, lesson: str) -> Iterator[HandIn]:
    """Yield the hand-ins of a lesson, those of a student by time."""
    path = root / ".course" / "store.db"
    if not path.is_file():
        return
    with closing(sqlite3.connect(path, timeout=PATIENCE_S)) as db:
        try:
            rows = db.execute(
                "SELECT student, time, result FROM hand_in JOIN verdict USING(key) "
                "WHERE lesson = ? ORDER BY student, time",
                [lesson],
            ).fetchall()
        except sqlite3.Error:  # nothing was noted yet
            return
    for student, time, result in rows:
        try:
            yield HandIn(student, datetime.fromisoformat(time), submission(result))
        except (ValueError, TypeError, RecursionError):  # damaged
            continue
