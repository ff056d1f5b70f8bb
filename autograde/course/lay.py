"""Lays a released course into a workspace: from an unzipped bundle, the first time and at each newer one.

A bundle holds its files under `.autograde/`, so that unzipping it touches nothing that a learner wrote.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from autograde.course.files import not_written, read_object, write_atomically
from autograde.errors import AutogradeError

SKELETON = ".autograde/skeleton"
RELEASED = ".autograde/released"
LAID = ".autograde/laid.json"
"""Digests of the texts as they were laid last, by path: what differs from them is a learner's work."""


def lay(root: Path) -> list[str]:
    """Bring the files of the course up to date; return what was laid beside a learner's work.

    Raises:
        AutogradeError: the workspace cannot be written.
    """
    laid, beside = read_object(root / LAID), []
    before = dict(laid)
    try:
        for path, text in _released(root):
            target, new = root / path, hashlib.sha256(text).hexdigest()
            present = hashlib.sha256(target.read_bytes()).hexdigest() if target.is_file() else None
            if present in (None, laid.get(path)) and present != new:
                write_atomically(target, text)
            elif present != new and laid.get(path) != new:
                write_atomically(newer := target.with_name(f"{target.stem}.new{target.suffix}"), text)
                beside.append(newer.relative_to(root).as_posix())
            laid[path] = new
        if laid != before:
            write_atomically(root / LAID, json.dumps(laid, indent=1, sort_keys=True).encode())
    except OSError as error:
        raise AutogradeError(not_written(error)) from error
    return beside


def lay_here() -> None:
    """Lay the course into the current folder, and say what was laid beside a learner's work."""
    try:
        beside = lay(Path.cwd())
    except AutogradeError as error:
        sys.exit(str(error))
    for path in beside:
        print(f"{path}: laid beside your work; it is newer than what you began with.", file=sys.stderr)


def _released(root: Path) -> Iterator[tuple[str, bytes]]:
    """Yield every released file with its path in the workspace."""
    for folder in (root / SKELETON, root / RELEASED):
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                yield path.relative_to(folder).as_posix(), path.read_bytes()
