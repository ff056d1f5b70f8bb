"""Small files of a workspace: written whole or not at all, and read whatever state they are in."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from autograde.errors import explain


def write_atomically(path: Path, text: bytes) -> None:
    """Write a file so that a crash leaves either the old text or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.new")  # two kernels may write at once
    try:
        draft.write_bytes(text)
        if path.exists():
            draft.chmod(path.stat().st_mode & 0o777)
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def plain_files(folder: Path) -> list[Path]:
    """Return the files below a folder, in order, without links."""
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink()]


def read_object(path: Path) -> dict[str, Any]:
    """Return the JSON object in a file of ours; a file that is missing or damaged counts as empty."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def not_written(error: OSError) -> str:
    """Return the sentence for a workspace in which nothing can be written."""
    return explain(str(error.filename), "a place to write to", error.strerror, "Nothing was changed.")
