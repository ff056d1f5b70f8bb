"""The tiny course in `tests/course`, in the hands of a test: as an instructor has it, or a learner."""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from scratch import scratch

from autograde.course.release import (
    PRISTINE,
    lesson_names,
    released_files,
    scope,
    skeleton_files,
    write_generated,
)
from autograde.course.settings import read_settings
from autograde.course.workspace import Workspace

ROOT = Path(__file__).resolve().parent.parent
COURSE = ROOT / "tests" / "course"
SOLUTIONS = COURSE / "solutions"
LESSONS = ("01_octaves", "02_melodies")
NOISE = shutil.ignore_patterns("__pycache__", ".course", ".ipynb_checkpoints")


def copied(root: Path) -> Path:
    """Return the course in the new folder `root`; nothing of it has been released yet."""
    shutil.copytree(COURSE, root, ignore=NOISE)
    return root


def released(root: Path) -> Path:
    """Return the course in the new folder `root`, its lessons in the exchange and in the gradebook."""
    shutil.copytree(_released(), root)
    return root


@functools.cache
def _released() -> Path:
    """Return a released course, made once and never touched: copying it is faster than making another."""
    from autograde.nbgrader_plugins.cycle import Nbgrader
    from autograde.nbgrader_plugins.generate import generate

    root = copied(scratch("tiny-course") / "course")
    lessons = lesson_names(root)
    write_generated(root, generate(root, lessons, gradebook=True), scope(root))
    for lesson in lessons:
        Nbgrader(root).release(lesson)
    return root


def workspace(root: Path) -> Workspace:
    """Return the folder `root` with what a learner has who has fetched all lessons, without notebooks."""
    files = released_files(SOLUTIONS)
    files |= {f"{PRISTINE}/{path}": text for path, text in skeletons().items()}
    files |= {f"lessons/{name}/checks.py": _public_checks(name) for name in LESSONS}
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text)
    return Workspace(root.resolve(), read_settings(root / "lessons"))


def _public_checks(lesson: str) -> bytes:
    return (SOLUTIONS / "lessons" / lesson / "checks.py").read_bytes()


@functools.cache
def skeletons() -> Mapping[str, bytes]:
    """Return what a learner starts from: "tones/pitch.py" -> its text."""
    return skeleton_files(SOLUTIONS)


def write(root: Path, **bodies: str) -> None:
    """Let a learner write functions, as in `write(root, octave="return 2 * frequency")`.

    The other functions of the same files are as they were released.
    """
    texts = {path: skeletons()[path].decode() for path in map(_file, bodies)}
    for function, body in bodies.items():
        path = _file(function)
        texts[path] = body.join(_unwritten(function).split(texts[path]))
    for path, text in texts.items():
        (root / path).write_text(text)


def place(function: str) -> str:
    """Return where the first line of a function's body stands, as in "tones/pitch.py, line 18"."""
    path = _file(function)
    found = _unwritten(function).search(skeletons()[path].decode())
    assert found is not None
    return f"{path}, line {found.string.count(chr(10), 0, found.start()) + 1}"


def _file(function: str) -> str:
    return next(path for path, text in skeletons().items() if _unwritten(function).search(text.decode()))


def _unwritten(function: str) -> re.Pattern[str]:
    message = rf"Exercise [\d.]+: {function} is not written yet\."
    return re.compile(rf'raise NotImplementedError\("{message}"\)')


def command(*words: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `autograde` in a process of its own: a process has one course, and this one may have another."""
    program = [sys.executable, "-c", "from autograde.cli.main import main; main()"]
    own = os.environ | {"PYTHONPATH": str(ROOT)} | environment
    return subprocess.run([*program, *words], cwd=cwd, env=own, capture_output=True, text=True, timeout=300)
