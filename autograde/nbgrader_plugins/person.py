"""One person's data: all of it as an archive, and none of it left."""

from __future__ import annotations

import glob
import io
import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from nbgrader.api import MissingEntry
from nbgrader.utils import notebook_hash

from autograde.classroom.history import history
from autograde.classroom.store import Store
from autograde.course.files import plain_files
from autograde.course.submission import COLLECTED_LIMITS, copy_folder
from autograde.errors import AutogradeError, explain
from autograde.nbgrader_plugins.beginnings import beginnings_of, forget_beginnings
from autograde.nbgrader_plugins.cycle import Nbgrader
from autograde.nbgrader_plugins.shared import SECRET, is_own, owner_of
from autograde.nbgrader_plugins.standings import (
    assignment,
    base_cell,
    comment,
    grade,
    notebook,
    submission,
    submitted,
)
from autograde.nbgrader_plugins.standings import student as students
from autograde.nbgrader_plugins.waiting import inbound

STEPS = ("submitted", "refused", "autograded", "feedback")


def everything(nbgrader: Nbgrader, student: str) -> bytes:
    """Return a zip of all that is kept of one person: their work, and what was found out about it.

    Raises:
        AutogradeError: nothing is kept of anybody with this name.
    """
    if not _is_name(student):
        raise _unknown(student)
    files = dict(_files(nbgrader, student))
    said = {
        "gradebook.json": _gradebook(nbgrader, student),
        "results.json": _results(nbgrader, student),
        "platform.json": beginnings_of(nbgrader.root, student),
    }
    if not files and not any(said.values()):
        raise _unknown(student)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, found in said.items():
            archive.writestr(name, json.dumps(found, indent=1, default=str, ensure_ascii=False))
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def forget(nbgrader: Nbgrader, student: str) -> list[str]:
    """Remove one person everywhere, and return what was removed, in sentences.

    Raises:
        AutogradeError: nothing is kept of anybody with this name, or it cannot be removed.
    """
    if not _is_name(student):
        raise _unknown(student)
    pages = {page for page in _returned(nbgrader, student) if page.is_file()}
    folders = [*_folders(nbgrader, student), *_handed_in(nbgrader, student)]
    done = _forget_in_databases(nbgrader, student)
    for page in pages:
        page.unlink()
    for folder in folders:
        shutil.rmtree(folder)
    done += [f"exchange: {len(pages)} pages of feedback"] if pages else []
    done += [f"{folder}: removed" for folder in folders]
    done += [f"{path}: the name on the platform" for path in forget_beginnings(nbgrader.root, student)]
    if not done:
        raise _unknown(student)
    reports = sorted((nbgrader.root / ".course" / "report").glob("*.html"))
    for report in reports:
        report.unlink()
    return done + [f"{report}: removed, for it shows the class by name" for report in reports]


def _unknown(student: str) -> AutogradeError:
    return AutogradeError(explain("student", "somebody of whom something is kept", repr(student)))


def _is_name(student: str) -> bool:
    """Whether it can be the name of one student's folder, and is none of a folder around it."""
    return Path(student).name == student and student not in ("", "..")


def _folders(nbgrader: Nbgrader, student: str) -> list[Path]:
    kept = nbgrader.root / ".course"
    places = [kept / step for step in STEPS] + [*(kept / "made").glob("*")]
    return [folder for place in places if (folder := place / student).is_dir()]


def _handed_in(nbgrader: Nbgrader, student: str) -> list[Path]:
    """Return the folders in the exchange under one name that are theirs, or believed."""
    folder = inbound(nbgrader)
    named = folder.glob(f"{glob.escape(student)}+*") if folder.is_dir() else iter(())
    return sorted(path for path in named if is_own(path) or owner_of(path) == student)


def _files(nbgrader: Nbgrader, student: str) -> Iterator[tuple[str, bytes]]:
    """Yield what lies in files, by a name for each."""
    for folder in _folders(nbgrader, student):
        for path in plain_files(folder):
            yield f"{folder.parent.name}/{path.relative_to(folder).as_posix()}", path.read_bytes()
    for folder in _handed_in(nbgrader, student):
        yield from _copied(folder)


def _copied(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield what somebody has handed in, and may change while it is read: it is copied as collecting does."""
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / "copy"
        try:
            copy_folder(folder, copy, COLLECTED_LIMITS)
        except AutogradeError as error:
            yield f"exchange/{folder.name}.txt", f"Not in here. {error}".encode()
            return
        for path in plain_files(copy):
            yield f"exchange/{folder.name}/{path.relative_to(copy).as_posix()}", path.read_bytes()


def _returned(nbgrader: Nbgrader, student: str) -> Iterator[Path]:
    """Yield where pages on this person's work may lie in the exchange."""
    place = Path(nbgrader.config.Exchange.root) / nbgrader.course_id / "feedback"
    for folder in (*_folders(nbgrader, student), *_handed_in(nbgrader, student)):
        for secret in plain_files(folder):
            if secret.name == SECRET:
                text = secret.read_text("utf-8", "replace")
                for lesson in nbgrader.lessons():
                    yield place / f"{notebook_hash(secret=text, notebook_id=lesson)}.html"


def _forget_in_databases(nbgrader: Nbgrader, student: str) -> list[str]:
    """Remove what the databases keep: from both, or from none."""
    if not (nbgrader.root / ".course" / "store.db").is_file():
        return [*_forget_in_gradebook(nbgrader, student)]
    with Store(nbgrader.root) as store, store.forgetting(student) as count:
        done = [*_forget_in_gradebook(nbgrader, student)]
    return done + [f"store: {count} verdicts, and the files that were judged"] * bool(count)


def _forget_in_gradebook(nbgrader: Nbgrader, student: str) -> Iterator[str]:
    if not nbgrader.has_gradebook:
        return
    with nbgrader.gradebook() as gradebook:
        try:
            gradebook.find_student(student)
        except MissingEntry:
            return
        count = len(gradebook.student_submissions(student))
        gradebook.remove_student(student)
        gradebook.db.execute(sa.text("VACUUM"))  # what was removed lies in the file until then
    yield f"gradebook: name, e-mail and the grades of {count} submissions"


def _gradebook(nbgrader: Nbgrader, student: str) -> dict[str, Any]:
    """Return the person's rows of the gradebook, by submission."""
    if not nbgrader.has_gradebook:
        return {}
    with nbgrader.gradebook() as gradebook:
        db = gradebook.db.connection()
        person = db.execute(sa.select(students).where(students.c.id == student)).mappings().first()
        if person is None:
            return {}
        rows = db.execute(_SUBMISSIONS, {"who": student}).mappings().all()
        grades = db.execute(_GRADES, {"who": student}).mappings().all()
        comments = db.execute(_COMMENTS, {"who": student}).mappings().all()
    return {
        "student": dict(person),
        "submissions": [dict(row) for row in rows],
        "grades": [dict(row) for row in grades],
        "comments": [dict(row) for row in comments],
    }


def _results(nbgrader: Nbgrader, student: str) -> list[dict[str, Any]]:
    """Return every verdict that is kept: the last of each lesson, and those of earlier hand-ins."""
    if not (nbgrader.root / ".course" / "store.db").is_file():
        return []
    with Store(nbgrader.root) as store:
        found = [asdict(kept.graded) for kept in store.all() if kept.graded.student == student]
    earlier = [
        {"lesson": lesson, "time": each.time, "result": asdict(each.result)}
        for lesson in {each["lesson"] for each in found}
        for each in history(nbgrader.root, lesson)
        if each.student == student
    ]
    return found + earlier


_joined = submission.join(assignment, submission.c.assignment_id == assignment.c.id)
_own = submission.c.student_id == sa.bindparam("who")
_SUBMISSIONS = (
    sa.select(assignment.c.name.label("lesson"), submission.c.timestamp, submission.c.extension)
    .select_from(_joined)
    .where(_own)
)
_cells = _joined.join(submitted, submitted.c.assignment_id == submission.c.id).join(
    notebook, submitted.c.notebook_id == notebook.c.id
)
_GRADES = (
    sa.select(
        notebook.c.name.label("notebook"),
        base_cell.c.name.label("cell"),
        grade.c.auto_score,
        grade.c.manual_score,
        grade.c.extra_credit,
    )
    .select_from(_cells.join(grade, grade.c.notebook_id == submitted.c.id))
    .join(base_cell, grade.c.cell_id == base_cell.c.id)
    .where(_own)
)
_COMMENTS = (
    sa.select(
        notebook.c.name.label("notebook"),
        base_cell.c.name.label("cell"),
        comment.c.auto_comment,
        comment.c.manual_comment,
    )
    .select_from(_cells.join(comment, comment.c.notebook_id == submitted.c.id))
    .join(base_cell, comment.c.cell_id == base_cell.c.id)
    .where(_own)
)
