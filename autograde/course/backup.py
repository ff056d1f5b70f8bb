"""Every text of a learner's file that a command of ours has met: kept, listed, brought back.

A version lies under `backup/`, as `backup/PACKAGE/FILE.2026-11-26T14-03-09`. Nothing is ever deleted there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from pathlib import Path

from autograde.course.files import not_written, write_atomically
from autograde.errors import AutogradeError

FOLDER = "backup"
STAMP = "%Y-%m-%dT%H-%M-%S"
_VERSION = re.compile(r"\.(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d)(?:-(\d+))?\Z")


@dataclass(frozen=True)
class Version:
    """One kept text of a file.

    Args:
        name: where it lies, relative to the workspace.
        when: when it was kept.
        added: how many lines it has that the file does not have now.
        removed: how many lines of the file it does not have.
    """

    name: str
    when: datetime
    added: int
    removed: int

    @property
    def change(self) -> str:
        """Return what bringing it back would change, in lines."""
        return f"+{self.added} -{self.removed} lines" if self.added or self.removed else "as it is now"


def keep(root: Path, file: str, text: bytes) -> str:
    """Keep a text of `file`, unless the newest version is this one; return where it lies in the workspace."""
    kept = names(root, file)
    if kept and (root / kept[0]).read_bytes() == text:
        return kept[0]
    stem, count = f"{FOLDER}/{file}.{_stamp(kept)}", 1
    while True:
        path = root / (name := stem if count == 1 else f"{stem}-{count}")
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("xb") as opened:
                opened.write(text)
            return name
        except FileExistsError:
            count += 1
        except OSError:
            path.unlink(missing_ok=True)  # half a text must not count as one
            raise


def _stamp(kept: Sequence[str]) -> str:
    """Return when a text is kept: not before the newest one, whatever was done to the clock."""
    newest = _VERSION.search(kept[0]) if kept else None
    return max(datetime.now().strftime(STAMP), newest[1] if newest else "")


def keep_present(root: Path, file: str) -> str | None:
    """Keep the file as it is; return where the version lies, or None where there is no file."""
    path = root / file
    return keep(root, file, path.read_bytes()) if path.is_file() else None


def names(root: Path, file: str) -> list[str]:
    """Return where all kept texts of a file lie, the newest first."""
    folder, start = (root / FOLDER / file).parent, f"{Path(file).name}."
    found = []
    for path in folder.iterdir() if folder.is_dir() else ():
        stamp = _VERSION.search(path.name)
        if stamp and path.name[: stamp.start() + 1] == start and path.is_file():
            found.append((stamp[1], int(stamp[2] or 1), path.relative_to(root).as_posix()))
    return [name for _, _, name in sorted(found, reverse=True)]


def versions(root: Path, file: str) -> list[Version]:
    """Return all kept texts of a file, the newest first, with what each would change."""
    present = _lines(root / file)
    return [_version(root, name, present) for name in names(root, file)]


def newest_other(root: Path, file: str) -> int | None:
    """Return the number of the newest version with other lines than the file has now, if there is one."""
    present = _lines(root / file)
    return next(
        (number for number, name in enumerate(names(root, file), 1) if _lines(root / name) != present), None
    )


def bring_back(root: Path, file: str, name: str) -> str | None:
    """Make a kept text the file's own; what the file held is kept first. Return where that lies now.

    Raises:
        AutogradeError: nothing can be written; then nothing has changed.
    """
    try:
        before = keep_present(root, file)
        write_atomically((root / file).resolve(), (root / name).read_bytes())  # a link stays one
    except OSError as error:
        raise AutogradeError(not_written(error)) from error
    return before


def _version(root: Path, name: str, present: Sequence[str]) -> Version:
    stamp = _VERSION.search(name)
    assert stamp is not None
    its = _lines(root / name)
    same = sum(block.size for block in SequenceMatcher(None, present, its, False).get_matching_blocks())
    return Version(name, datetime.strptime(stamp[1], STAMP), len(its) - same, len(present) - same)


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8", "replace").splitlines() if path.is_file() else []
