"""What of a course is the instructor's alone, and whether other accounts of the machine can read it."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from shlex import quote

from autograde.errors import AutogradeError, explain

PRIVATE = (
    "solutions",
    ".course/secret",
    ".course/gradebook.db",
    ".course/store.db",
    *(f".course/{step}" for step in ("submitted", "refused", "autograded", "feedback", "report", "cluster")),
)


def open_to_others(path: Path) -> bool:
    """Whether other users get at a file or folder: by its own mode, and by that of every folder above."""
    try:
        modes = [each.stat().st_mode for each in (path, *path.resolve().parents)]
    except OSError:
        return False
    return bool(modes[0] & stat.S_IRWXO) and all(mode & stat.S_IXOTH for mode in modes[1:])


def is_shared(exchange: Path) -> bool:
    """Whether other accounts of this machine can hand in through an exchange."""
    return os.name == "posix" and any(map(open_to_others, exchange.glob("*/inbound")))


def open_paths(root: Path) -> list[str]:
    """Return what of a course other users can read and must not, as in ".course/gradebook.db"."""
    if os.name != "posix":
        return []
    return [name for name in PRIVATE if open_to_others(root / name)]


def refuse_open(root: Path, exchange: Path) -> None:
    """Refuse to release into an exchange of several accounts while one of them could read what is private.

    Raises:
        AutogradeError: with what they could read, and what to run.
    """
    found = open_paths(root) if is_shared(exchange) else []
    if found:
        expected = "closed to the other accounts of this machine"
        raise AutogradeError(
            explain(", ".join(found), expected, "open to them", f"Run: chmod 700 {quote(str(root))}")
        )
