"""A zip from a stranger: its files as bytes. Nothing is unpacked by the names that it gives.

What is not a plain file, what leads out of its folder and what hides its name says so when it is read.
"""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO

from autograde.course.submission import SPECIAL, SubmissionRefused, is_plain_name, shown_name
from autograde.errors import explain

METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""How a file may be packed: others unpack a block to any size before it can be counted."""

MAX_MEMBERS = 200_000
CENTRAL = b"PK\x01\x02"
"""With what each entry of a zip's table begins: they are counted before they are read."""

DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError, ValueError)


@dataclass(frozen=True)
class Member:
    """One file of an archive, or of a folder.

    Args:
        path: with "/" between its parts, as the archive gives it.
        time: when the archive says it was written, by no clock in particular.
        problem: what it is instead of a plain file with a plain path; "" if it is one.
    """

    path: str
    time: datetime
    problem: str
    source: tuple[zipfile.ZipFile, zipfile.ZipInfo] | Path

    @property
    def shown(self) -> str:
        """Return its path as it may be shown."""
        return shown_name(self.path)

    def read(self, most: int) -> bytes:
        """Return its bytes.

        Raises:
            SubmissionRefused: it is no plain file, is larger than `most` bytes, or cannot be read.
        """
        if self.problem:
            raise SubmissionRefused(explain(self.shown, "a plain file", self.problem, "Remove it."))
        try:
            with self._opened() as file:
                content = file.read(most + 1)
        except DAMAGED as error:
            next_step = "Download or pack it once more."
            raise SubmissionRefused(explain(self.shown, "a file to read", error, next_step)) from error
        if len(content) > most:
            raise SubmissionRefused(explain(self.shown, f"at most {most:,} bytes", "more", "Remove it."))
        return content

    def _opened(self) -> IO[bytes]:
        if isinstance(self.source, Path):
            return self.source.open("rb")
        archive, info = self.source
        return archive.open(info)


@contextmanager
def opened(file: Path | bytes, shown: str, most: int = MAX_MEMBERS) -> Iterator[list[Member]]:
    """Open a zip and give its files, without the folders.

    Raises:
        SubmissionRefused: it is no zip, is damaged, or holds more than `most` files.
    """
    if isinstance(file, bytes) and file.count(CENTRAL) > most:
        raise SubmissionRefused(
            explain(shown, f"at most {most} files", "more", "Hand in only the course's files.")
        )
    try:
        archive = zipfile.ZipFile(BytesIO(file) if isinstance(file, bytes) else file)
    except DAMAGED as error:
        reason = getattr(error, "strerror", None) or error
        raise SubmissionRefused(explain(shown, "a zip", reason, "Pack or download it once more.")) from error
    with archive:
        if len(archive.infolist()) > most:
            raise SubmissionRefused(explain(shown, f"at most {most} files", "more"))
        yield [_member(archive, info) for info in archive.infolist() if not info.is_dir()]


def folder_members(folder: Path) -> Iterator[Member]:
    """Yield the files below a folder; links are not followed, they have a problem."""
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not path.is_symlink():
            for member in folder_members(path):
                yield Member(f"{path.name}/{member.path}", member.time, member.problem, member.source)
        else:
            yield file_member(path)


def file_member(path: Path) -> Member:
    """Return a single file."""
    info = path.lstat()
    kind = stat.S_IFMT(info.st_mode)
    problem = SPECIAL.get(kind, "" if kind == stat.S_IFREG else "something else")
    return Member(path.name, datetime.fromtimestamp(info.st_mtime), problem or _odd(path.name), path)


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Member:
    path = _path(info)
    kind = stat.S_IFMT(info.external_attr >> 16)
    problem = SPECIAL.get(kind, "" if kind in (0, stat.S_IFREG) else "something else")
    if info.flag_bits & 1:
        problem = "an encrypted file"
    elif info.compress_type not in METHODS:
        problem = "a file packed in another way than deflate"
    try:
        time = datetime(*info.date_time)
    except ValueError:
        time = datetime(1980, 1, 1)
    return Member(path, time, problem or _odd(path), (archive, info))


def _path(info: zipfile.ZipInfo) -> str:
    """Return the path: in UTF-8 also where the archive does not say so, with Windows' separators replaced."""
    name = info.filename
    if not info.flag_bits & 0x800:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return name.replace("\\", "/")


def _odd(path: str) -> str:
    """Return what is wrong with a path, or ""."""
    if path.startswith("/") or re.match(r"[A-Za-z]:", path):
        return "an absolute name"
    if ".." in path.split("/"):
        return "a name that leads out of its folder"
    odd = [name for name in path.split("/") if not is_plain_name(name)]
    return f"an odd name, {shown_name(odd[0])!r}" if odd else ""
