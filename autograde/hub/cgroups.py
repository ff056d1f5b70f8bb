"""Limits on all that one account runs together, by the kernel's control groups, version 1 or 2.

Source: the kernel's Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst, cgroup-v1/pids.rst.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")
GROUP = "autograde-hub"
PROCESSES = "cgroup.procs"


def make_groups(account: str, memory_bytes: int, processes: int, root: Path = ROOT) -> list[Path]:
    """Make the groups of an account, or set their limits anew; return their folders. Only root can.

    Raises:
        OSError: the kernel has no such groups here, or they cannot be written.
    """
    limits = _limits(root, account, memory_bytes, processes)
    for folder, files in limits.items():
        folder.mkdir(parents=True, exist_ok=True)
        for name, most in files.items():
            (folder / name).write_text(str(most))
    return [*limits]


def enter(groups: Iterable[Path]) -> None:
    """Put this process into groups; all that it starts stays there."""
    for folder in groups:
        (folder / PROCESSES).write_text("0")


def problem(root: Path = ROOT) -> str:
    """Return why limits on all that an account runs cannot be set here, or ""."""
    try:
        for folder in make_groups("check", 2**30, 10, root):
            folder.rmdir()
    except OSError as error:
        return f"{error.filename or root}: {error.strerror}"
    return ""


def _limits(root: Path, account: str, memory_bytes: int, processes: int) -> Mapping[Path, Mapping[str, int]]:
    """Return the folders of an account's groups, and what is to be written there."""
    if (root / "cgroup.controllers").is_file():
        above = root / GROUP
        above.mkdir(exist_ok=True)
        for folder in (root, above):
            (folder / "cgroup.subtree_control").write_text("+memory +pids")
        return {above / account: {"memory.max": memory_bytes, "pids.max": processes}}
    for kind in ("memory", "pids"):
        if not (root / kind / PROCESSES).is_file():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(root / kind))
    return {
        root / "memory" / GROUP / account: {"memory.limit_in_bytes": memory_bytes},
        root / "pids" / GROUP / account: {"pids.max": processes},
    }
