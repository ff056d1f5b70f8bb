"""A folder of a test process beside those of pytest. It goes with its process, or with the next run."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path


def scratch(name: str) -> Path:
    """Return this process's folder of a name, and remove those of processes that were killed."""
    there = Path(tempfile.gettempdir())
    for folder in there.glob(f"{name}-*"):
        if not _runs(folder.name.removeprefix(f"{name}-")):
            shutil.rmtree(folder, ignore_errors=True)
    own = there / f"{name}-{os.getpid()}"
    own.mkdir(exist_ok=True)
    atexit.register(shutil.rmtree, own, ignore_errors=True)
    return own


def _runs(process: str) -> bool:
    """Return whether there is a process of this number; what is no number is a folder of somebody else's."""
    if not process.isdigit():
        return True
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
