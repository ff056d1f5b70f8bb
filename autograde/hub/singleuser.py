"""Starts one account's Jupyter server, as that account: in a folder that is theirs alone, within limits."""

from __future__ import annotations

import os
import resource
import shutil
import sys
import tempfile
from pathlib import Path

from autograde.practice.served import ipython, opens

LOG = ".course/server.log"
SOCKETS = "autograde-hub-"


def prepare(workspace: Path) -> list[str]:
    """Make the workspace and close it to everybody else; return options for the server."""
    os.umask(0o077)
    (workspace / "lessons").mkdir(parents=True, exist_ok=True)
    workspace.chmod(0o700)
    os.chdir(workspace)
    os.environ.setdefault("IPYTHONDIR", str(ipython(workspace)))
    log(workspace / LOG)
    os.environ["JUPYTER_RUNTIME_DIR"] = sockets()
    return [f"--ServerApp.root_dir={workspace}", *opens(workspace)]


def log(file: Path) -> None:
    """Let what the server says go to a file of the account, anew for each server."""
    opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    for stream in (1, 2):
        os.dup2(opened, stream)


def sockets() -> str:
    """Return a new folder for the kernels' sockets, and remove those of earlier servers of this account.

    Their names may have 107 characters, and a home may be a long one.
    """
    for folder in Path("/tmp").glob(f"{SOCKETS}*"):
        if folder.lstat().st_uid == os.getuid():
            shutil.rmtree(folder, ignore_errors=True)
    return tempfile.mkdtemp(prefix=SOCKETS, dir="/tmp")


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
