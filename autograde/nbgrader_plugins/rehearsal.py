"""A release, rehearsed before anything is written: on a copy of the gradebook, and by looking at the disk."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path

from autograde.course.private import refuse_open
from autograde.errors import AutogradeError, explain
from autograde.nbgrader_plugins import standings
from autograde.nbgrader_plugins.cycle import Nbgrader
from autograde.nbgrader_plugins.generate import generate
from autograde.nbgrader_plugins.standings import said

ROOM = 3
"""A release writes the lessons here, in the exchange, and while it replaces them."""


def rehearse(nbgrader: Nbgrader, lessons: Iterable[str]) -> dict[str, bytes]:
    """Return everything that is released, once it is sure that all of it can be written.

    Raises:
        AutogradeError: a lesson, the gradebook or the disk does not let it. Nothing was written.
    """
    refuse_open(nbgrader.root, Path(nbgrader.config.Exchange.root))
    url = nbgrader.directory("").db_url
    path = Path(url.removeprefix("sqlite:///"))
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "gradebook.db"
        if path.is_file():
            with said(url):
                _copy(path, copy)
        generated = generate(nbgrader.root, lessons, gradebook=f"sqlite:///{copy}")
    _expect_room(nbgrader, generated, path)
    return generated


def _copy(path: Path, copy: Path) -> None:
    """Copy the gradebook as it is between two changes, and see that it can be changed."""
    with (
        closing(sqlite3.connect(path, timeout=standings.PATIENCE_S, isolation_level=None)) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        source.execute("BEGIN IMMEDIATE")
        source.execute("ROLLBACK")
        source.backup(target)


def _expect_room(nbgrader: Nbgrader, generated: Mapping[str, bytes], gradebook: Path) -> None:
    exchange = Path(nbgrader.config.Exchange.root) / nbgrader.course_id / "outbound"
    targets = [nbgrader.root / name for name in sorted({path.partition("/")[0] for path in generated})]
    for target in (*targets, gradebook.parent, exchange):
        folder = next(each for each in (target, *target.parents) if each.exists())
        if not os.access(folder, os.W_OK):
            next_step = "Let it be written, and release again. Nothing was written."
            raise AutogradeError(explain(str(folder), "a folder to write to", "a read-only one", next_step))
    size = gradebook.stat().st_size if gradebook.is_file() else 0
    needed = ROOM * (sum(map(len, generated.values())) + size)
    free = min(shutil.disk_usage(each).free for each in (nbgrader.root, gradebook.parent) if each.exists())
    if free < needed:
        next_step = "Make room, and release again. Nothing was written."
        raise AutogradeError(explain(str(nbgrader.root), f"{needed:,} bytes free", f"{free:,}", next_step))
