"""A class graded: read, judged on a pool of processes, kept in the store, and from there into the gradebook.

For each submission that has changed: its grades are opened; it is judged; the verdict goes into the store;
its folder is written; its rows are set. Whatever ends this at any moment, the next run does the rest.
While some are judged the next ones are looked at, and those that are done are written.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import secrets
import shutil
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeVar

import psutil
from nbgrader.utils import find_all_notebooks, parse_utc

from autograde.classroom.grading import Edition, HandedIn, read_folder
from autograde.classroom.history import note
from autograde.classroom.pool import Judged, Judges, Pool
from autograde.classroom.regrade import Change, changes
from autograde.classroom.store import Graded, Kept, Store
from autograde.course.submission import COLLECTED_LIMITS, SubmissionRefused, refuse_unsafe
from autograde.errors import AutogradeError, explain
from autograde.nbgrader_plugins import judging
from autograde.nbgrader_plugins.autograded import Autograded, Made, Maker, Making
from autograde.nbgrader_plugins.cycle import Nbgrader
from autograde.nbgrader_plugins.gradebook import Book, Entry
from autograde.nbgrader_plugins.nested import unnest
from autograde.nbgrader_plugins.notes import add_missing_notebooks
from autograde.nbgrader_plugins.plan import LessonPlan, OwnWay, lesson_plan
from autograde.nbgrader_plugins.submitted import refusal_path, replace_unsafe
from autograde.verdict import SubmissionResult

SEEN, READ, AHEAD, BATCH = 128, 16, 32, 64
"""How many submissions are looked at, and of these how many read at once; how many wait to be judged, and
how many are written at once."""

ATTEMPTS = 3
"""How many processes may end while they judge the same submission."""

NOT_JUDGED = "It was not judged."
GO_ON = "Mend that, and run again: what was judged is kept."

T = TypeVar("T")
How = Literal["judged", "kept", "unchanged", "failed"]


@dataclass(frozen=True)
class Outcome:
    """What became of one submission: judged in `seconds`, kept from before, unchanged, or not graded."""

    student: str
    lesson: str
    how: How
    graded: Graded | None = None
    seconds: float = 0.0
    problem: str = ""


@dataclass(frozen=True)
class _Seen:
    """One submission that was looked at, and not read.

    Args:
        student: who handed it in.
        inputs: what identifies all that shows in the gradebook, on the page and in the graded folder.
        notes: what is known about it already.
        before: what was kept of it last.
    """

    student: str
    inputs: str
    notes: tuple[str, ...]
    before: Kept | None


@dataclass
class _Work:
    """One submission on its way: as it was handed in; what is known; the result, or why there is none."""

    handed: HandedIn
    making: Making | None = None
    inputs: str = ""
    time: datetime | None = None
    known: Mapping[str, str] = field(default_factory=dict)
    found: SubmissionResult | str | None = None
    made: Made | None = None
    how: How = "judged"
    seconds: float = 0.0
    ended: int = 0

    @property
    def student(self) -> str:
        return self.handed.job.student

    @property
    def graded(self) -> Graded:
        return self.made.graded if self.made else self.handed.graded(self.found or NOT_JUDGED)

    def find(self, known: Mapping[str, SubmissionResult]) -> bool:
        """Take a result that is known of such a submission; return whether there is one."""
        self.found = known.get(self.handed.key)
        if self.found is not None:
            self.how = "kept"
        return self.found is not None

    @property
    def changed(self) -> list[str]:
        """The cells whose answers are other ones than before."""
        answers = self.made.answers if self.made else {}
        return [name for name, answer in answers.items() if self.known.get(name) != answer]

    def kept(self) -> Kept:
        """Return what is kept of it, once it was judged."""
        answers = self.made.answers if self.made else {}
        return Kept(self.graded, self.handed.job.sources, answers or self.known, self.row)

    @property
    def notebook(self) -> Autograded | None:
        """The graded notebook; None where it goes nbgrader's own way."""
        return self.made.notebook if self.made else None

    @property
    def row(self) -> dict[str, Any]:
        """What is kept of it for the gradebook; nothing where it goes nbgrader's own way."""
        if self.notebook is None:
            return {}
        return {
            "inputs": self.inputs,
            "time": self.time.isoformat() if self.time else None,
            "bytes": self.notebook.size,
            "scores": dict(self.notebook.scores),
            "comments": dict(self.notebook.comments),
        }


class ClassGrader:
    """Grades the submissions of a course that were collected.

    Args:
        nbgrader: the course.
        judges: what judges them, which is closed at the end; or how many processes of this machine do.
        regrade: judge even what has not changed.
        told: hears of each submission as it is done.
    """

    def __init__(
        self,
        nbgrader: Nbgrader,
        judges: int | Judges,
        *,
        regrade: bool = False,
        told: Callable[[Outcome], None] = lambda _: None,
    ) -> None:
        self.nbgrader, self.root, self.regrade = nbgrader, nbgrader.root, regrade
        self._told = told
        self._edition = Edition(nbgrader.root)
        needed = [Making.__module__]
        self._pool: Judges = Pool(nbgrader.root, judges, needed) if isinstance(judges, int) else judges
        self._ahead = 2 * self._pool.workers + AHEAD
        self._store = Store(nbgrader.root)
        self._aside = self.root / ".course" / "made" / f"{os.getpid()}.{secrets.token_hex(4)}"
        _sweep(self._aside.parent)

    def __enter__(self) -> ClassGrader:
        return self

    def __exit__(self, *exc: object) -> None:
        self._store.close()
        self._pool.close()
        shutil.rmtree(self._aside, ignore_errors=True)

    def grade(self, lesson: str, students: Iterable[str]) -> None:
        """Grade one lesson of some students; each is told of as it is done.

        Raises:
            AutogradeError: store or gradebook cannot be used. What was written before stays.
        """
        try:
            plan = lesson_plan(self.nbgrader, lesson)
        except OwnWay:
            for student in students:
                self._own_way(lesson, student)
            return
        book = Book(self.nbgrader, plan)
        try:
            _Lesson(self, plan, book).grade(list(students))
        finally:
            book.close()

    def rehearse(self, lesson: str, students: Iterable[str]) -> list[Change]:
        """Judge what `grade` would judge, and return what would change. Only verdicts are kept."""
        worth, by_hand = self._worth(lesson)
        found: list[Change] = []
        for part in _parts(list(students), BATCH):
            works = [self._rehearsed(lesson, student) for student in part]
            keys = [work.handed.key for work in works]
            known = self._store.verdicts(keys, staged=True)
            if not self.regrade:
                known = self._store.verdicts(keys) | known
            new = [work for work in works if not work.find(known)]
            self._store.stage(work.kept() for work in judged(self._pool, iter(new), self._ahead))
            for work in works:
                self._told(Outcome(work.student, lesson, work.how, work.graded, work.seconds))
                old = self._store.kept(work.student, lesson)
                if not work.graded.open:
                    found += changes(old.graded if old else None, work.graded, worth)
        return [replace(each, by_hand=(each.student, each.exercise) in by_hand) for each in found]

    def _worth(self, lesson: str) -> tuple[dict[str, float], set[tuple[str, str]]]:
        """Return the points of each exercise, and who got points for which from a person."""
        try:
            plan = lesson_plan(self.nbgrader, lesson)
        except OwnWay:
            return {}, set()
        (notebook,) = plan.notebooks
        book = Book(self.nbgrader, plan)
        try:
            by_hand = {(student, judging.exercise_id(cell)) for student, cell in book.by_hand()}
        finally:
            book.close()
        points = {
            name: float(cell.metadata.nbgrader.get("points", 0)) for name, cell in notebook.cells.items()
        }
        return {judging.exercise_id(name): worth for name, worth in points.items()}, by_hand

    def _rehearsed(self, lesson: str, student: str) -> _Work:
        folder = self.root / ".course" / "submitted" / student / lesson
        return _Work(read_folder(self._edition, folder, lesson, student))

    def _own_way(self, lesson: str, student: str, how: How = "judged", seconds: float = 0.0) -> None:
        """Grade one submission by nbgrader's converters; what was judged is in the store by then."""
        try:
            self.nbgrader.autograde(lesson, student)
        except (AutogradeError, OSError) as error:
            self._fail(lesson, student, str(error).removeprefix(f"{student}, {lesson}: "))
            return
        kept = self._store.kept(student, lesson)
        self._told(Outcome(student, lesson, how, kept.graded if kept else None, seconds))

    def _fail(self, lesson: str, student: str, problem: str) -> None:
        self._told(Outcome(student, lesson, "failed", problem=problem))


class _Lesson:
    """The submissions of one lesson."""

    def __init__(self, grader: ClassGrader, plan: LessonPlan, book: Book) -> None:
        self.grader, self.plan, self.book = grader, plan, book
        (self.notebook,) = plan.notebooks
        self.lesson, self.root = plan.lesson, grader.root
        self.store, self.edition = grader._store, grader._edition
        maker = Maker(grader.nbgrader, plan.lesson, self.notebook, self.edition.package)
        self.maker = pickle.dumps(maker)
        self.notebooks = find_all_notebooks(str(self.notebook.released.parent))

    def grade(self, students: Sequence[str]) -> None:
        ready: list[_Work] = []
        for work in judged(self.grader._pool, self._changed(students), self.grader._ahead):
            if work.made is None and work.making is not None:  # it was judged elsewhere, or not at all
                work.made = work.making(work.found or NOT_JUDGED)
            ready.append(work)
            if len(ready) == BATCH:
                self._commit(ready)
                ready = []
        if ready:
            self._commit(ready)

    def _changed(self, students: Sequence[str]) -> Iterator[_Work]:
        """Yield what has changed, with its grades opened; set the rows of what has not."""
        for part in _parts(students, SEEN):
            changed = self._look(part)
            if changed:
                self.grader._pool.start()
            for few in _parts(changed, READ):
                works = [work for seen in few if (work := self._read(seen))]
                self.book.open_grades([work.student for work in works])
                self._look_up(works)
                yield from works

    def _look(self, students: Sequence[str]) -> list[_Seen]:
        """Look at some submissions and return those that have changed; set the rows of the others."""
        before = self.store.kept_of(students, self.lesson)
        changed: list[_Seen] = []
        unchanged: list[_Seen] = []
        for student in students:
            if seen := self._see(student, before.get(student)):
                (unchanged if self._is_unchanged(seen) else changed).append(seen)
        self._write_again(unchanged)
        return changed

    def _folder(self, step: str, student: str) -> Path:
        return self.root / ".course" / step / student / self.lesson

    def _see(self, student: str, before: Kept | None) -> _Seen | None:
        """Look at one submission, trusting nothing in it. None: that cannot be done, which was said."""
        folder = self._folder("submitted", student)
        try:
            files = self._made_safe(folder)
            refusal = refusal_path(self.root, student, self.lesson)
            notes = (refusal.read_text("utf-8"),) if refusal.is_file() else ()
            parts = (self.edition.judging(self.lesson), self.plan.digest, repr(notes), files)
            return _Seen(student, hashlib.sha256(" ".join(parts).encode()).hexdigest(), notes, before)
        except (OSError, AutogradeError) as error:
            self._cannot(student, error)
            return None

    def _read(self, seen: _Seen) -> _Work | None:
        """Read one submission, likewise."""
        folder = self._folder("submitted", seen.student)
        try:
            handed = read_folder(self.edition, folder, self.lesson, seen.student, seen.notes)
            known = seen.before.answers if seen.before else {}
            making = Making(self.maker, folder, self.grader._aside / seen.student / self.lesson, handed)
            return _Work(handed, making, seen.inputs, _time(folder), known)
        except (OSError, AutogradeError) as error:
            self._cannot(seen.student, error)
            return None

    def _cannot(self, student: str, error: OSError | AutogradeError) -> None:
        problem = f"{error.strerror}: {error.filename}" if isinstance(error, OSError) else str(error)
        self.book.open_grades([student])
        self.book.ask_again({student: self.notebook.grades})
        self.grader._fail(self.lesson, student, problem)

    def _made_safe(self, folder: Path) -> str:
        """Make a folder one that can be graded, and return what identifies the files in it."""
        unnest(self.root, folder, self.edition.package)
        if not all((folder / name).exists() for name in self.notebooks):
            add_missing_notebooks(folder, self.notebook.released.parent)
        try:
            return refuse_unsafe(folder, COLLECTED_LIMITS)
        except SubmissionRefused as refusal:
            replace_unsafe(self.root, folder, str(refusal))
            (folder / self.notebook.released.name).write_bytes(self.notebook.released.read_bytes())
            return refuse_unsafe(folder, COLLECTED_LIMITS)

    def _is_unchanged(self, seen: _Seen) -> bool:
        before = seen.before
        if self.grader.regrade or before is None or before.graded.open:
            return False
        if before.made.get("inputs") != seen.inputs:
            return False
        try:
            made = self._folder("autograded", seen.student) / f"{self.notebook.name}.ipynb"
            return made.stat().st_size == before.made["bytes"]
        except OSError:
            return False

    def _write_again(self, unchanged: list[_Seen]) -> None:
        """Set the rows of what has not changed: an earlier run may have ended before it did."""
        if not unchanged:
            return
        kept = [each.before for each in unchanged if each.before]
        self.book.write(_entry(each.graded.student, each.made) for each in kept)
        for each in kept:
            self.grader._told(Outcome(each.graded.student, self.lesson, "unchanged", each.graded))

    def _look_up(self, changed: list[_Work]) -> None:
        """Find what was judged before: what was only looked at, and without `regrade` every verdict."""
        keys = {work.handed.key for work in changed}
        known = {} if self.grader.regrade else self.store.verdicts(keys)
        known = self.store.verdicts(keys, staged=True) | known
        for work in changed:
            work.find(known)

    def _commit(self, works: list[_Work]) -> None:
        """Write a batch: who is to be asked again, verdicts, folders, rows.

        A person is asked before the new answers are in the store: later nobody could tell that they are new.
        """
        self.book.ask_again({work.student: work.changed for work in works})
        self.store.keep(work.kept() for work in works)
        note(self.root, self.lesson, ((work.student, work.time, work.handed.key) for work in works))
        written = [work for work in works if work.notebook and self._place(work)]
        self.book.write(_entry(work.student, work.row) for work in written)
        for work in written:
            self.grader._told(Outcome(work.student, self.lesson, work.how, work.graded, work.seconds))
        for work in (work for work in works if work.notebook is None):
            self.grader._own_way(self.lesson, work.student, work.how, work.seconds)

    def _place(self, work: _Work) -> bool:
        """Put the graded folder where it counts; return whether that could be done."""
        problem = work.made.problem if work.made else ""
        target = self._folder("autograded", work.student)
        try:
            if work.making is not None and not problem:
                shutil.rmtree(target, ignore_errors=True)
                target.parent.mkdir(parents=True, exist_ok=True)
                work.making.made.rename(target)
        except OSError as error:
            problem = f"{error.strerror}: {error.filename}"
        if problem:
            self.grader._fail(self.lesson, work.student, problem)
        return not problem


def _sweep(folder: Path) -> None:
    """Remove what graders have made that were killed: each has a folder named after its process."""
    for left in [*folder.iterdir()] if folder.is_dir() else []:
        process = left.name.partition(".")[0]
        if process.isdecimal() and not psutil.pid_exists(int(process)):
            shutil.rmtree(left, ignore_errors=True)


def judged(pool: Judges, works: Iterator[_Work], ahead: int) -> Iterator[_Work]:
    """Yield each submission once it is judged; what is known already passes.

    Where a process ends, all that it may have taken with it are judged again, one at a time: so it is known
    which of them ends it.

    Raises:
        AutogradeError: processes end and end, and nothing is judged; or the cluster has gone.
    """
    running: dict[Future[Judged], _Work] = {}
    lost: deque[_Work] = deque()
    in_vain = 0
    while True:
        broken = False
        while not broken and len(running) < (1 if lost or _is_again(running.values()) else ahead):
            work = lost.popleft() if lost else next(works, None)
            if work is None:
                break
            if work.found is not None:
                yield work
                continue
            try:
                running[pool.submit(work.handed.job, work.making)] = work
            except BrokenProcessPool:
                lost.appendleft(work)
                broken = True
        if not running and not broken:
            return
        done = wait(running, return_when=FIRST_COMPLETED).done if running else set()
        if any(future.cancelled() for future in done):
            raise AutogradeError(explain("cluster", "its scheduler to answer", "nothing", GO_ON))
        for future in done:
            if not isinstance(error := future.exception(), BrokenProcessPool):
                work = running.pop(future)
                _finish(work, future, error)
                yield work
            else:
                broken = True
        in_vain = in_vain + 1 if broken else 0
        if in_vain > 2 * ATTEMPTS:
            raise AutogradeError(
                explain("processes that judge", "them to stay", "each to end at once", GO_ON)
            )
        if broken:
            pool.close()
            for work in running.values():
                work.ended += 1
                if work.ended == ATTEMPTS:
                    work.found = "The grader's process ended while it judged this."
                lost.append(work)  # what is found now passes
            running = {}


def _is_again(works: Iterable[_Work]) -> bool:
    return any(work.ended for work in works)


def _finish(work: _Work, future: Future[Judged], error: BaseException | None) -> None:
    if error is None:
        done = future.result()
        work.found, work.seconds, work.made = done.result, done.seconds, done.made
    else:
        work.found = f"{type(error).__name__}: {error}"


def _parts(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for begin in range(0, len(items), size):
        yield items[begin : begin + size]


def _entry(student: str, made: Mapping[str, Any]) -> Entry:
    time = datetime.fromisoformat(made["time"]) if made["time"] else None
    return Entry(student, time, made["scores"], made["comments"])


def _time(folder: Path) -> datetime | None:
    """Return when a submission was handed in, as nbgrader reads it."""
    path = folder / "timestamp.txt"
    try:
        text = path.read_text("utf-8").strip() if path.is_file() else ""
        found: datetime | None = parse_utc(text) if text else None
    except (OSError, ValueError, OverflowError) as error:
        raise AutogradeError(f"timestamp.txt: {error}") from error
    return found
