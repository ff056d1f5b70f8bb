"""One archive of a class: gradebook, store, what was collected and what was made of it; and back again.

Both databases are held still for the moment in which they are copied, so the archive is what a grading that
is stopped there would leave, and the next one goes on from it. Hand-ins that nobody has collected yet are
in it too. They are copied before anything else is read, so that none is collected in between, and lost.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tempfile
import zipfile
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from secrets import token_hex

from autograde.classroom.store import PATIENCE_S
from autograde.course.files import plain_files
from autograde.errors import AutogradeError, explain

MANIFEST = "class.json"
DATABASES = ("gradebook.db", "store.db")
FOLDERS = ("submitted", "refused", "autograded", "feedback")
PLATFORM = "platform"
"""A file for each lesson: what a learning platform calls each student's work."""

SECRET = "secret"
WAITING = "inbound"
KEPT = (*DATABASES, *FOLDERS, PLATFORM)
KNOWN = {MANIFEST, *KEPT, SECRET, WAITING}
ASIDE = "before-"
"""How the folder begins in which that lies which was there before a class came back."""

TRIES = 5
NO_ARCHIVE = "Name a file that autograde backup has written."


def backup(
    root: Path, course_id: str, file: Path, *, with_secret: bool = False, waiting: Path | None = None
) -> int:
    """Write the class of the course in `root` into an archive, whole or not at all; return how many files.

    Only its owner can read it. It may run while submissions are graded. `waiting` is a folder with copies of
    the hand-ins that are to be collected.

    Raises:
        AutogradeError: there is nothing to keep, or it cannot be read or written.
    """
    made = root / ".course"
    if not (made / "gradebook.db").is_file():
        raise AutogradeError(
            explain(str(made / "gradebook.db"), "a gradebook", "none", "Run: autograde release")
        )
    draft = file.with_name(f".{file.name}.new")
    try:
        with tempfile.TemporaryDirectory(dir=made, prefix="backup-") as folder:
            _copy_databases(made, Path(folder))
            with os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "r+b") as target:
                with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
                    _add_waiting(archive, waiting)
                    count = _fill(archive, made, Path(folder), course_id, with_secret)
                os.fsync(target.fileno())
        draft.replace(file)
    except OSError as error:
        raise AutogradeError(
            explain(str(error.filename or file), "to be read and written", error.strerror)
        ) from error
    finally:
        draft.unlink(missing_ok=True)
    return count


def _copy_databases(made: Path, folder: Path) -> None:
    """Copy both as they are at one moment; whoever writes waits so long."""
    try:
        with ExitStack() as held:
            sources = [path for name in DATABASES if (path := made / name).is_file()]
            for path in sources:
                lock = held.enter_context(closing(_opened(path)))
                lock.execute("BEGIN IMMEDIATE")
            for path in sources:
                with closing(_opened(path)) as source, closing(_opened(folder / path.name)) as target:
                    source.backup(target)
    except sqlite3.Error as error:
        next_step = "Close the program that holds it, or mend it, and run again."
        raise AutogradeError(explain(str(made), "databases to copy", error, next_step)) from error


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=PATIENCE_S, isolation_level=None)


def _fill(archive: zipfile.ZipFile, made: Path, copies: Path, course_id: str, with_secret: bool) -> int:
    said = {"course": course_id, "made": datetime.now(UTC).isoformat(timespec="seconds")}
    archive.writestr(MANIFEST, json.dumps(said, indent=1))
    for path in sorted(copies.glob("*.db")):
        archive.write(path, path.name)
    if with_secret and (made / SECRET).is_file():
        archive.write(made / SECRET, SECRET)
    for path in sorted((made / PLATFORM).glob("*.json")):
        archive.write(path, f"{PLATFORM}/{path.name}")
    for step in FOLDERS:
        for work in sorted((made / step).glob("*/*")):
            for inside, content in _read(work).items():
                archive.writestr(f"{step}/{work.parent.name}/{work.name}{inside}", content)
    return len(archive.namelist())


def _add_waiting(archive: zipfile.ZipFile, waiting: Path | None) -> None:
    for path in plain_files(waiting) if waiting else ():
        archive.write(path, f"{WAITING}/{path.relative_to(str(waiting)).as_posix()}")


def _read(work: Path) -> dict[str, bytes]:
    """Return the files of one submission; read again if it was replaced on the way."""
    for _ in range(TRIES):
        try:
            if not work.is_dir():
                return {"": work.read_bytes()}
            return {f"/{path.relative_to(work).as_posix()}": path.read_bytes() for path in plain_files(work)}
        except FileNotFoundError:
            continue
    return {}


def restore_course(
    file: Path, root: Path, course_id: str, inbound: Path | None = None
) -> tuple[list[str], Path | None]:
    """Bring a class back; return what was laid, and where that lies which was there before, if anything was.

    Hand-ins that were waiting go to `inbound`, beside those that are there.

    Raises:
        AutogradeError: the file is no such archive, or of another course. Nothing was changed.
    """
    made = root / ".course"
    made.mkdir(mode=0o700, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=made, prefix="restoring-") as folder:
        _unpack(file, Path(folder), course_id)
        handed_in = _put_back(Path(folder) / WAITING, inbound)
        laid = sorted(path.name for path in Path(folder).iterdir() if path.name not in (MANIFEST, WAITING))
        there = [name for name in KEPT if (made / name).exists()]
        aside = made / f"{ASIDE}{datetime.now(UTC):%Y-%m-%dT%H-%M-%S}"
        if there:
            aside.mkdir(mode=0o700)
        if SECRET in laid and (made / SECRET).exists():
            there.append(SECRET)
        for name in there:
            (made / name).rename(aside / name)
        for name in laid:
            (Path(folder) / name).rename(made / name)
    return [*laid, *handed_in], aside if there else None


def laid_aside(root: Path) -> list[Path]:
    """Return the folders in which lies what was there before a class came back."""
    return sorted((root / ".course").glob(f"{ASIDE}*"))


def _put_back(waiting: Path, inbound: Path | None) -> list[str]:
    """Copy hand-ins into the exchange; return their names."""
    names = sorted(path.name for path in waiting.iterdir()) if waiting.is_dir() else []
    if names and (inbound is None or not inbound.is_dir() or not os.access(inbound, os.W_OK)):
        next_step = "Make the exchange first: autograde release, or autograde hub."
        raise AutogradeError(explain(str(inbound), "a folder for hand-ins", "none", next_step))
    for name in names:
        # Nobody can have laid a trap under a name that nobody knows.
        shutil.copytree(waiting / name, Path(str(inbound)) / f"{name}+{token_hex(8)}")
    return [f"{WAITING}/{name}" for name in names]


def _unpack(file: Path, folder: Path, course_id: str) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            odd = [name for name in archive.namelist() if not _is_ours(name)]
            if odd or MANIFEST not in archive.namelist():
                found = odd[0] if odd else f"none called {MANIFEST}"
                raise AutogradeError(
                    explain(str(file), f"the files of a class: {MANIFEST} ...", found, NO_ARCHIVE)
                )
            of = json.loads(archive.read(MANIFEST)).get("course")
            if of != course_id:
                raise AutogradeError(explain(str(file), f"a class of {course_id}", of, "Restore it there."))
            before = os.umask(0o077)
            try:
                archive.extractall(folder)
            finally:
                os.umask(before)
    except (OSError, ValueError, AttributeError, zipfile.BadZipFile) as error:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        raise AutogradeError(explain(str(file), "an archive to read", error, NO_ARCHIVE)) from error


def _is_ours(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return bool(parts) and parts[0] in KNOWN and ".." not in parts and "\\" not in name
