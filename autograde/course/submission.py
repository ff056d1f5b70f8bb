"""A submission on disk: read as bytes, without following or executing anything in it.

What a learner hands in is data from a stranger. A folder is walked through file descriptors, so that
nothing can be swapped for a link between the look and the read. Links, pipes, devices, names that
collide or hide something, and floods of files are refused with a sentence that names the file.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import stat
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from autograde.errors import AutogradeError, explain

SKIPPED_FOLDERS = frozenset({"__pycache__", ".ipynb_checkpoints", "feedback", ".git"})
SHELL = frozenset(';$`|<>*?"\\/')
ORDINARY = re.compile(r"[A-Za-z0-9_.][A-Za-z0-9_. -]*")
JOINERS = "\u200c\u200d"
"""What joins letters in Hindi, and people in an emoji."""

SPECIAL = {
    stat.S_IFLNK: "a symbolic link",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFBLK: "a device",
    stat.S_IFCHR: "a device",
}


class SubmissionRefused(AutogradeError):
    """A submission that is not safe to copy or to read; the message names the file."""


@dataclass(frozen=True)
class Limits:
    """How much a folder may hold; sizes in bytes, `files` counts folders too.

    A notebook that is too large is refused like any file, or else a sentence is copied in its place.
    """

    files: int
    file_bytes: int
    total_bytes: int
    depth: int = 8
    large_notebooks_left_out: bool = False


SOURCE_LIMITS = Limits(files=500, file_bytes=128 * 1024, total_bytes=2 * 1024 * 1024)
"""For the package that learners fill in."""

FOLDER_LIMITS = Limits(files=2000, file_bytes=20 * 1024 * 1024, total_bytes=50 * 1024 * 1024)
"""For everything that a learner hands in: notebooks with pictures, and the package."""

COLLECTED_LIMITS = replace(FOLDER_LIMITS, large_notebooks_left_out=True)
"""For what was handed in: a flood of outputs in the notebook does not keep the code from being graded."""


TOO_LARGE = b"This notebook was too large, and was not copied.\n"
"""What stands in place of a notebook that was left out."""


def read_sources(directory: Path | str, package: str) -> Mapping[str, bytes]:
    """Return the Python files of `package` in `directory`: "algebra/vectors.py" -> its bytes.

    Files that Python could not import under their name (such as `vectors-Copy1.py`) and other files
    are left out.

    Raises:
        SubmissionRefused: something in the folder is not a plain file or folder, or there is too much.
        AutogradeError: there is no such folder, or it cannot be read.
    """
    with _opened(Path(directory) / package) as (descriptor, budget):
        return {
            found.path: _read(found, budget)
            for found in _walk(descriptor, package, budget)
            if _is_module(found.path)
        }


def sources_digest(sources: Mapping[str, bytes]) -> str:
    """Return what tells two submissions apart: a digest of the files of the package, by their paths."""
    digest = hashlib.sha256()
    for path, content in sorted(sources.items()):
        digest.update(f"{len(path)} {path} {len(content)} ".encode("utf-8", "replace") + content)
    return digest.hexdigest()


def copy_folder(source: Path | str, target: Path, limits: Limits = FOLDER_LIMITS) -> None:
    """Copy the plain files in `source` to the new folder `target`, or refuse and leave no `target`.

    Each file is opened without following links and checked again once it is open, so it does not matter
    what its owner does to the folder in the meantime. Caches and fetched feedback are left out.

    Raises:
        SubmissionRefused: something in the folder is not a plain file or folder, or there is too much.
    """
    target.mkdir(parents=True)
    try:
        with _opened(Path(source), limits) as (descriptor, budget):
            for found in _walk(descriptor, budget.shown, budget):
                written = target / found.path
                written.parent.mkdir(parents=True, exist_ok=True)
                written.write_bytes(TOO_LARGE if found.left_out else _read(found, budget))
    except BaseException:
        shutil.rmtree(target)
        raise


def refuse_unsafe(directory: Path | str, limits: Limits = FOLDER_LIMITS) -> str:
    """Raise SubmissionRefused if `directory` holds anything but plain files and folders within `limits`.

    Returns:
        What is another text once a file was changed: a digest of their names, sizes and times.
    """
    digest = hashlib.sha256()
    with _opened(Path(directory), limits) as (descriptor, budget):
        for found in _walk(descriptor, budget.shown, budget):
            info = found.info
            digest.update(f"\0{found.path} {info.st_size} {info.st_mtime_ns} {info.st_ctime_ns}".encode())
    return digest.hexdigest()


class _Found(NamedTuple):
    """A plain file: its path inside the folder, and the descriptor of the folder that holds it."""

    path: str
    folder: int
    name: str
    shown: str
    info: os.stat_result
    left_out: bool


@dataclass
class _Budget:
    """What has been used of the limits."""

    limits: Limits
    shown: str
    files: int = 0
    total_bytes: int = 0

    def take_file(self) -> None:
        self.files += 1
        if self.files > self.limits.files:
            _refuse(
                self.shown, f"at most {self.limits.files} files", "more", "Hand in only the course's files."
            )

    def leaves_out(self, name: str, size: int) -> bool:
        too_large = name.endswith(".ipynb") and size > self.limits.file_bytes
        return self.limits.large_notebooks_left_out and too_large

    def take_bytes(self, shown: str, size: int) -> None:
        self.total_bytes += size
        if size > self.limits.file_bytes:
            _refuse(
                shown,
                f"at most {self.limits.file_bytes:,} bytes",
                f"{size:,}",
                "Clear outputs, or remove it.",
            )
        if self.total_bytes > self.limits.total_bytes:
            _refuse(
                self.shown, f"at most {self.limits.total_bytes:,} bytes", "more", "Remove what is not needed."
            )


@contextmanager
def _opened(folder: Path, limits: Limits = SOURCE_LIMITS) -> Iterator[tuple[int, _Budget]]:
    """Open `folder` itself without following a link."""
    shown = folder.name if limits is SOURCE_LIMITS else "."
    try:
        mode = folder.lstat().st_mode
        if stat.S_IFMT(mode) in SPECIAL:
            _refuse(shown, "a folder", SPECIAL[stat.S_IFMT(mode)], "Put the files themselves there.")
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except FileNotFoundError:
        raise AutogradeError(
            explain(str(folder), f"a folder named {folder.name}", "none", "Name the folder that holds it.")
        ) from None
    except OSError as error:
        raise AutogradeError(
            explain(str(folder), "a readable folder", error.strerror, "Check its permissions.")
        ) from error
    try:
        yield descriptor, _Budget(limits, shown)
    except OSError as error:
        raise AutogradeError(
            explain(str(folder), "readable files", error.strerror, "Check their permissions.")
        ) from error
    finally:
        os.close(descriptor)


def _walk(folder: int, shown: str, budget: _Budget, inside: str = "", depth: int = 0) -> Iterator[_Found]:
    """Yield the plain files below the open `folder`; its descriptor is valid until the next one."""
    if depth > budget.limits.depth:
        _refuse(shown, f"folders at most {budget.limits.depth} deep", "deeper ones", "Remove it.")
    for name in _names(folder, shown, budget):
        path, path_shown = f"{inside}{name}", _joined(shown, name)
        info = os.stat(name, dir_fd=folder, follow_symlinks=False)
        _refuse_special(info, path_shown)
        _refuse_closed(name, folder, path_shown)
        if stat.S_ISREG(info.st_mode):
            left_out = budget.leaves_out(name, info.st_size)
            if not left_out:
                budget.take_bytes(path_shown, info.st_size)
            yield _Found(path, folder, name, path_shown, info, left_out)
        elif name not in SKIPPED_FOLDERS:
            below = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
            try:
                yield from _walk(below, path_shown, budget, f"{path}/", depth + 1)
            finally:
                os.close(below)


def _names(folder: int, shown: str, budget: _Budget) -> list[str]:
    """Return the names in `folder`, sorted; refuse odd ones and ones that differ by case only."""
    folded: dict[str, str] = {}
    with os.scandir(folder) as entries:
        for entry in entries:
            budget.take_file()
            name = entry.name
            if not is_plain_name(name):
                _refuse(_joined(shown, name), "a plain file name", "an odd one", "Rename it.")
            key = unicodedata.normalize("NFKC", name).casefold()
            if key in folded:
                both = " and ".join(sorted((folded[key], name)))
                _refuse(_joined(shown, both), "names that differ by more than case", "two alike", "Keep one.")
            folded[key] = name
    return sorted(folded.values())


def _refuse_special(info: os.stat_result, shown: str) -> None:
    kind = stat.S_IFMT(info.st_mode)
    if kind in SPECIAL:
        _refuse(shown, "a plain file", SPECIAL[kind], "Put the file itself there.")
    if kind == stat.S_IFREG and info.st_nlink > 1:
        _refuse(shown, "a plain file", "a hard link", "Replace it by a copy.")
    if kind not in (stat.S_IFREG, stat.S_IFDIR):
        _refuse(shown, "a plain file", "something else", "Remove it.")


def _refuse_closed(name: str, folder: int, shown: str) -> None:
    if not os.access(name, os.R_OK, dir_fd=folder):
        _refuse(shown, "something to read", "no permission", "Change its permissions.")


def _read(found: _Found, budget: _Budget) -> bytes:
    """Return the bytes of a file, and refuse it if it was swapped or has grown since it was looked at."""
    descriptor = os.open(found.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=found.folder)
    with os.fdopen(descriptor, "rb") as file:
        _refuse_special(os.fstat(descriptor), found.shown)
        content = file.read(budget.limits.file_bytes + 1)
    if len(content) > budget.limits.file_bytes:
        _refuse(found.shown, f"at most {budget.limits.file_bytes:,} bytes", "more", "Remove it.")
    return content


def _is_module(path: str) -> bool:
    """Whether Python could import this file by its name."""
    return path.endswith(".py") and all(part.isidentifier() for part in path.removesuffix(".py").split("/"))


def is_plain_name(name: str) -> bool:
    """Whether a name is one that people give, in any language: with nothing hidden in it, or for a shell."""
    if ORDINARY.fullmatch(name):  # almost all are
        return True
    if name.startswith("~$") and name[2:3].isalnum():  # what Office lays beside an open document
        name = name[2:]
    return not name.startswith("-") and all(map(_is_plain, name))


def _is_plain(character: str) -> bool:
    if character.isprintable():
        return character not in SHELL
    return character in JOINERS or unicodedata.category(character) == "Zs"


def shown_name(name: str) -> str:
    """Return a name without control characters and surrogates, cut to a readable length."""
    if name.isprintable():
        return name[:80]
    shown = "".join(
        character if character.isprintable() else f"\\x{ord(character):02x}" for character in name[:80]
    )
    return shown.encode("utf-8", "backslashreplace").decode()


def _joined(folder: str, name: str) -> str:
    """Return how a path is shown: "the_package/algebra/vectors.py"."""
    return f"{folder}/{shown_name(name)}".removeprefix("./")


def _refuse(what: str, expected: str, actual: str, next_step: str) -> None:
    raise SubmissionRefused(explain(what, expected, actual, next_step))
