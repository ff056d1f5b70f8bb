"""What was judged, in one SQLite file: a row for each verdict, and the last one of every submission.

A verdict's key is made of all that it depends on, so work that has not changed is not judged twice. The
files that were judged are kept with it, each text once: an appeal can be judged again with the same inputs.
"""

from __future__ import annotations

import functools
import hashlib
import json
import math
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, is_dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, get_args, get_origin, get_type_hints

from autograde.errors import AutogradeError, explain
from autograde.verdict import ExerciseResult, SubmissionResult, Verdict

PATIENCE_S = 30.0
"""How long another program may hold the file."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS source(digest TEXT PRIMARY KEY, content BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS verdict(
    key TEXT PRIMARY KEY, open INTEGER NOT NULL, result TEXT NOT NULL, sources TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS staged(
    key TEXT PRIMARY KEY, open INTEGER NOT NULL, result TEXT NOT NULL, sources TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS submission(
    lesson TEXT NOT NULL, student TEXT NOT NULL, key TEXT NOT NULL, notes TEXT NOT NULL,
    problem TEXT NOT NULL, answers TEXT NOT NULL, made TEXT NOT NULL,
    PRIMARY KEY(lesson, student)) WITHOUT ROWID;
"""

UNUSED = """DELETE FROM source WHERE digest NOT IN (SELECT value FROM
    (SELECT sources FROM verdict UNION ALL SELECT sources FROM staged), json_each(sources))"""

Sources = Mapping[str, bytes]


@dataclass(frozen=True)
class Graded:
    """One submission of one lesson.

    Args:
        student: who handed it in.
        lesson: the id of the lesson.
        key: what was judged, by which checks; equal keys mean equal results.
        notes: what the learner must know about what was handed in.
        problem: why it could not be judged, a fault of ours; "" if it was.
        result: what the judge found; None if there is a problem.
    """

    student: str
    lesson: str
    key: str
    notes: tuple[str, ...] = ()
    problem: str = ""
    result: SubmissionResult | None = None

    @property
    def open(self) -> bool:
        """Whether the grade must stay open because of a fault of ours."""
        return self.result is None or self.result.judge_failed

    def exercise(self, exercise_id: str) -> ExerciseResult | None:
        """Return what was found out about one exercise, or None."""
        return self.result.exercise(exercise_id) if self.result else None


@dataclass(frozen=True)
class Kept:
    """A graded submission as it is kept.

    Args:
        graded: what came out.
        sources: the files that were judged.
        answers: what identifies each answer that a person may have graded, by its cell.
        made: what was last made of it for the gradebook, as plain JSON.
    """

    graded: Graded
    sources: Sources = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    made: Mapping[str, Any] = field(default_factory=dict)


class Store:
    """The verdicts of one course. Every method raises AutogradeError where the file cannot be used."""

    def __init__(self, root: Path) -> None:
        self.path = root / ".course" / "store.db"
        with self._said():
            self.path.parent.mkdir(mode=0o700, exist_ok=True)
            new = not self.path.exists()
            self._db = sqlite3.connect(self.path, timeout=PATIENCE_S, isolation_level=None)
            self._db.execute("PRAGMA synchronous = NORMAL")
            if new or not self._db.execute("SELECT 1 FROM sqlite_master").fetchone():
                self._db.executescript(SCHEMA)

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def verdicts(self, keys: Iterable[str], *, staged: bool = False) -> dict[str, SubmissionResult]:
        """Return what was found before for some keys; what failed by a fault of ours is not among it.

        With `staged` only what was judged for a look and not applied.
        """
        query = f"""SELECT key, result FROM {"staged" if staged else "verdict"}
            WHERE NOT open AND key IN (SELECT value FROM json_each(?))"""
        with self._said():
            rows = self._db.execute(query, [json.dumps([*keys])]).fetchall()
        found = {}
        for key, text in rows:
            with suppress(ValueError, TypeError, RecursionError):  # damaged: it is judged again
                found[key] = submission(text)
        return found

    def kept(self, student: str, lesson: str) -> Kept | None:
        """Return the last grading of one submission, without its sources, or None."""
        return self.kept_of([student], lesson).get(student)

    def kept_of(self, students: Iterable[str], lesson: str) -> dict[str, Kept]:
        """Return the last grading of some students' submissions, without their sources."""
        which = "lesson = ? AND student IN (SELECT value FROM json_each(?))"
        return {each.graded.student: each for each in self._kept(which, lesson, json.dumps([*students]))}

    def all(self, lesson: str | None = None) -> Iterator[Kept]:
        """Yield the last grading of every submission, of one lesson or of all."""
        yield from self._kept("? IN (lesson, '')", lesson or "")

    def _kept(self, where: str, *values: str) -> Iterator[Kept]:
        query = f"""SELECT student, lesson, submission.key, notes, problem, result, answers, made
            FROM submission LEFT JOIN verdict USING(key) WHERE {where} ORDER BY lesson, student"""
        with self._said():
            rows = self._db.execute(query, values)
            yield from (kept for row in rows if (kept := _kept(row)) is not None)

    def sources(self, key: str) -> dict[str, bytes] | None:
        """Return the files that were judged under a key, or None if there is no such verdict."""
        with self._said():
            row = self._db.execute("SELECT sources FROM verdict WHERE key = ?", [key]).fetchone()
            if row is None:
                return None
            files: dict[str, str] = json.loads(row[0])
            query = "SELECT digest, content FROM source WHERE digest IN (SELECT value FROM json_each(?))"
            texts = dict(self._db.execute(query, [json.dumps([*files.values()])]))
        return {path: texts[digest] for path, digest in files.items()}

    def keep(self, batch: Iterable[Kept]) -> None:
        """Keep some submissions, all or none; they are what their students stand by from now on."""
        batch = list(batch)
        with self._changing():
            self._keep_verdicts("verdict", batch)
            rows = [_row(kept) for kept in batch]
            self._db.executemany("INSERT OR REPLACE INTO submission VALUES(?,?,?,?,?,?,?)", rows)
            keys = [(kept.graded.key,) for kept in batch]
            self._db.executemany("DELETE FROM staged WHERE key = ?", keys)

    def stage(self, batch: Iterable[Kept]) -> None:
        """Keep verdicts for a look: nobody stands by them yet."""
        with self._changing():
            self._keep_verdicts("staged", batch)

    def forget(self, student: str, lesson: str) -> None:
        """Remove what a submission stands by; its verdict stays."""
        with self._changing():
            self._db.execute("DELETE FROM submission WHERE lesson = ? AND student = ?", [lesson, student])

    @contextmanager
    def forgetting(self, student: str) -> Iterator[int]:
        """Remove all that is kept of a student, or nothing if the block raises; give how many verdicts.

        Files go too that nobody else has handed in. What is removed is overwritten in the database.
        """
        with self._said():
            self._db.execute("PRAGMA secure_delete = ON")
            names = {
                row[0] for row in self._db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            }
        tables = [name for name in ("submission", "hand_in") if name in names]
        keys = {
            row[0]
            for table in tables
            for row in self._db.execute(f"SELECT key FROM {table} WHERE student = ?", [student])
        }
        with self._changing():
            for table in tables:
                self._db.execute(f"DELETE FROM {table} WHERE student = ?", [student])
            for table in tables:
                keys -= {row[0] for row in self._db.execute(f"SELECT key FROM {table}")}
            for table in ("verdict", "staged"):
                self._db.executemany(f"DELETE FROM {table} WHERE key = ?", [(key,) for key in keys])
            self._db.execute(UNUSED)
            yield len(keys)

    def answered(self, student: str, lesson: str, answers: Mapping[str, str]) -> None:
        """Keep what identifies the answers of a submission, once the gradebook knows of them."""
        query = "UPDATE submission SET answers = ? WHERE lesson = ? AND student = ?"
        with self._changing():
            self._db.execute(query, [json.dumps(dict(answers)), lesson, student])

    def _keep_verdicts(self, table: str, batch: Iterable[Kept]) -> None:
        for kept in batch:
            if kept.graded.result is None:
                continue
            digests = {path: hashlib.sha256(content).hexdigest() for path, content in kept.sources.items()}
            texts = [(digests[path], content) for path, content in kept.sources.items()]
            self._db.executemany("INSERT OR IGNORE INTO source VALUES(?,?)", texts)
            result = json.dumps(kept.graded.result, default=vars)
            row = (kept.graded.key, kept.graded.open, result, json.dumps(digests))
            self._db.execute(f"INSERT OR REPLACE INTO {table} VALUES(?,?,?,?)", row)

    @contextmanager
    def _changing(self) -> Iterator[None]:
        with self._said():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    @contextmanager
    def _said(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            next_step = "Is another program using it, or the disk full or read-only? Then run again."
            if "not a database" in str(error) or "malformed" in str(error):
                next_step = "Move it away and run again: it is made anew."
            raise AutogradeError(explain(str(self.path), "a file to use", error, next_step)) from error


def kept_result(root: Path, student: str, lesson: str) -> Graded | None:
    """Return what came out for a submission last, or None."""
    if not (root / ".course" / "store.db").is_file():
        return None
    with Store(root) as store:
        kept = store.kept(student, lesson)
    return kept.graded if kept else None


def kept_results(root: Path) -> Iterator[Graded]:
    """Yield what came out last for every submission."""
    if (root / ".course" / "store.db").is_file():
        with Store(root) as store:
            yield from (kept.graded for kept in store.all())


def _row(kept: Kept) -> tuple[str, ...]:
    graded = kept.graded
    texts = (json.dumps(graded.notes), graded.problem, json.dumps(dict(kept.answers)), json.dumps(kept.made))
    return graded.lesson, graded.student, graded.key, *texts


def _kept(row: tuple[str, ...]) -> Kept | None:
    """Return what a row says, or None if it is damaged."""
    student, lesson, key, notes, problem, result, answers, made = row
    try:
        found = submission(result) if result and not problem else None
        graded = Graded(student, lesson, key, _read(tuple[str, ...], json.loads(notes)), problem, found)
        return Kept(graded, answers=_read(Mapping[str, str], json.loads(answers)), made=json.loads(made))
    except (ValueError, TypeError, RecursionError):
        return None


def submission(text: str) -> SubmissionResult:
    """Return a result from its JSON; raises ValueError, TypeError or RecursionError if it is damaged."""
    found: SubmissionResult = _read(SubmissionResult, json.loads(text))
    return found


def _read(kind: Any, value: Any) -> Any:
    """Return the JSON `value` as `kind`, exactly: a dataclass, a tuple, a mapping, a number or a text.

    Raises:
        TypeError, ValueError: it is something else.
    """
    return _reader(kind)(value)


@functools.cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    """Return what reads one kind; looked up once, for it is asked some hundred times a submission."""
    parts = get_args(kind)
    if isinstance(kind, type) and is_dataclass(kind):
        hints = {name: _reader(hint) for name, hint in get_type_hints(kind).items()}
        return lambda value: kind(**{name: hints[name](part) for name, part in _known(hints, value).items()})
    if get_origin(kind) is tuple:
        each = _reader(parts[0])
        return lambda value: tuple(map(each, _exactly(list, value)))
    if get_origin(kind) is Mapping:
        key, each = map(_reader, parts)
        return lambda value: {key(name): each(part) for name, part in _exactly(dict, value).items()}
    if type(None) in parts:
        each = _reader(parts[0])
        return lambda value: None if value is None else each(value)
    if kind is float:
        return _finite
    return Verdict if kind is Verdict else functools.partial(_exactly, kind)


def _exactly(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise TypeError(f"result: expected {kind}, got {type(value).__name__}")
    return value


def _known(hints: Mapping[str, Any], value: Any) -> dict[str, Any]:
    found: dict[str, Any] = _exactly(dict, value)
    if not found.keys() <= hints.keys():
        raise TypeError(f"result: expected {', '.join(hints)}, got {', '.join(found)}")
    return found


def _finite(value: Any) -> float:
    if type(value) not in (int, float) or not math.isfinite(value):
        raise TypeError(f"result: expected a number, got {value!r}")
    return float(value)
