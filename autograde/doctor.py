"""What this machine offers, and what to do about what is missing."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from shlex import quote
from typing import Any

from autograde.course.course import find_course
from autograde.course.private import is_shared, open_paths
from autograde.course.settings import read_settings
from autograde.errors import AutogradeError
from autograde.sandbox.gpu import found
from autograde.sandbox.level import Level, probe


@dataclass(frozen=True)
class Finding:
    """One thing that was looked for. Grading works if every `needed` one works."""

    what: str
    works: bool
    found: str
    next_step: str = ""
    needed: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the object that `autograde doctor --json` prints."""
        return asdict(self)


def examine() -> list[Finding]:
    """Look at everything that the course and the grader use."""
    return [
        _python(),
        *_sandbox(),
        _package("numpy", "pip install -r requirements.txt", needed=True),
        _package("torch", "pip install -r requirements.txt", needed=True),
        _package("nbgrader", "pip install -r requirements.txt"),
        _package("jupyterlab", "pip install -r requirements.txt"),
        *(_package(name, next_step) for name, next_step in _needs().items()),
        _gpu(),
        *_secrets(),
    ]


def _python() -> Finding:
    works = sys.version_info >= (3, 11)
    advice = "" if works else "Install 3.11 or newer."
    return Finding("python", works, platform.python_version(), advice, needed=True)


def _sandbox() -> Iterator[Finding]:
    found = probe()
    enough = found.level is not Level.NONE
    advice = "" if found.level is Level.FULL else "The layers below say what is missing."
    yield Finding("sandbox", enough, f"level {found.level}", advice, needed=True)
    for layer in found.layers:
        yield Finding(
            f"sandbox: {layer.name}", layer.available, "yes" if layer.available else "no", layer.reason
        )


def _needs() -> Mapping[str, str]:
    """Return what some lesson of the course around the current folder needs."""
    try:
        return read_settings(find_course() / "solutions" / "lessons").needs
    except AutogradeError:
        return {}


def _secrets() -> Iterator[Finding]:
    """Say whether other users of this machine can read what is the instructor's alone."""
    try:
        root = find_course()
    except AutogradeError:
        return
    if os.name == "posix":
        yield secrets_finding(root)


def secrets_finding(root: Path) -> Finding:
    """Return whether other users are kept out of a course; needed where they hand in on this machine."""
    what = "solutions/, gradebook and secret kept from others"
    found = open_paths(root)
    if not found:
        return Finding(what, True, "yes")
    advice = f"Where learners have accounts: chmod 700 {quote(str(root))}"
    return Finding(what, False, f"no: {', '.join(found)}", advice, is_shared(root / ".course" / "exchange"))


def _package(name: str, next_step: str, *, needed: bool = False) -> Finding:
    try:
        return Finding(name, True, version(name), needed=needed)
    except PackageNotFoundError:
        return Finding(name, False, "not installed", next_step, needed)


def _gpu() -> Finding:
    advice = "Without one, what is written for a GPU is judged on a pretend device, interpreted and compiled."
    if find_spec("torch") is None:
        return Finding("GPU", False, "torch is not installed", advice)
    gpu = found()
    return Finding("GPU", True, gpu.name) if gpu.name else Finding("GPU", False, gpu.reason, advice)
