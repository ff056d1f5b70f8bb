"""Starts one account's Jupyter server, as that account: in a folder that is theirs alone, within limits."""

from __future__ import annotations

import os
import resource
import stat
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from autograde.practice.served import ipython, opens

LOG = ".course/server.log"


def prepare(workspace: Path) -> list[str]:
    """Make the workspace and close it to everybody else; return options for the server."""
    os.umask(0o077)
    (workspace / "lessons").mkdir(parents=True, exist_ok=True)
    workspace.chmod(0o700)
    os.chdir(workspace)
    os.environ.setdefault("IPYTHONDIR", str(ipython(workspace)))
    log(workspace / LOG)
    # Where kernels have their sockets: their names may have 107 characters, and a home may be a long one.
    os.environ["JUPYTER_RUNTIME_DIR"] = runtime_folder()
    return [f"--ServerApp.root_dir={workspace}", *opens(workspace)]


def log(file: Path) -> None:
    """Let what the server says go to a file of the account, anew for each server."""
    opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    for stream in (1, 2):
        os.dup2(opened, stream)


def runtime_folder(there: str = "/tmp") -> str:
    """Return this account's folder in `there`, the same at each start; another where that name is taken."""
    path = Path(there, f"jupyter-{os.getuid()}")
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)
    found = path.lstat()
    own = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077
    return str(path) if own else tempfile.mkdtemp(prefix="jupyter-", dir=there)


def limit(memory_bytes: int, processes: int) -> None:
    """Limit what this account's processes may take from now on; a lower limit of the system stays.

    Memory is counted for each process, in what it writes to: torch reserves more than it uses.
    """
    for what, most in ((resource.RLIMIT_DATA, memory_bytes), (resource.RLIMIT_NPROC, processes)):
        hard = resource.getrlimit(what)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Prepare, and become the server."""
    options = prepare(Path(os.environ["AUTOGRADE_WORKSPACE"]))
    limit(int(os.environ["AUTOGRADE_MEMORY_BYTES"]), int(os.environ["AUTOGRADE_PROCESSES"]))
    command = [sys.executable, "-P", "-m", "jupyterhub.singleuser", *options, *sys.argv[1:]]
    os.execv(sys.executable, command)


if __name__ == "__main__":
    main()
