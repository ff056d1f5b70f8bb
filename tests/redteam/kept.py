"""What earlier runs on this machine found of a way in, kept as long as nothing it depends on has changed.

Only what was right in full is kept. CI and `make redteam` try everything anew: they set FRESH=1.
"""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Iterable, Iterator
from importlib.metadata import distributions
from pathlib import Path

from outer import ROOT, SHOWN

from autograde.audit.kept import Kept, cache_folder
from autograde.course.version import files_digest
from autograde.sandbox.level import probe


def kept(way: str, level: str, shown: Iterable[Path] = SHOWN, cache: Path | None = None) -> Kept:
    """Return what is kept of one way in at one level of the sandbox: its line of the table, as "line".

    Args:
        way: such as "judge".
        level: such as "full".
        shown: the files and folders that the outer box shows; what became of a sample depends on all of them.
        cache: the folder of all that is kept; by default the audit's.
    """
    place, fresh = cache or cache_folder(), bool(os.environ.get("FRESH"))
    return Kept(place, ROOT, "redteam", f"{way} {level}", context(shown), fresh)


def context(shown: Iterable[Path]) -> str:
    """Return what identifies all that is run: the files, this machine's system and every package."""
    files = sorted(file for place in shown for file in _files(place))
    packages = sorted(f"{each.name} {each.version}" for each in distributions())
    bubblewrap = subprocess.run(["bwrap", "--version"], capture_output=True, text=True).stdout.strip()
    machine = platform.platform(), platform.python_version(), bubblewrap, str(probe().level), os.cpu_count()
    return " ".join(map(str, (files_digest(Path("/"), files), *machine, *packages)))


def _files(place: Path) -> Iterator[Path]:
    if place.is_file():
        yield place
        return
    for path in place.rglob("*"):
        if path.is_file() and path.suffix != ".pyc" and "answers" not in path.relative_to(place).parts:
            yield path
