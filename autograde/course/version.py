"""What a verdict depends on besides the submission, read from the files without executing one of them.

A lesson's verdicts depend on its checks and misconceptions, on the lessons that its exercises build on,
and on the files of the reference and the shared checks that all these import. Where the text leaves it open,
a file counts.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import platform
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import autograde
from autograde.accelerator import DEVICE_FILES
from autograde.course.answer import EDIT
from autograde.course.questions import FILE as QUESTIONS
from autograde.course.settings import FILE, judged_settings, read_settings

REFERENCE = "reference"
"""The name under which hidden checks and misconceptions import the reference package."""

CHECKS = "checks"
"""The folder of the hidden checks, and the name under which they import what several lessons share."""

CHANGING = (CHECKS, "misconceptions")
"""The folders of `solutions/`, beside the reference and the lessons, on which a verdict depends."""

LIBRARIES = ("numpy", "torch", "triton")
NOT_JUDGING = ("audit", "classroom", "cli", "nbgrader_plugins", "notebook", "practice")
"""The parts of the engine that have no say in a verdict."""


def course_digest(solutions: Path) -> str:
    """Return what identifies checks, misconceptions, lessons and reference as they are on disk now.

    `Course.digest` is that of the files that a process has loaded. A process holds one version of one
    course: where the two differ, another process has to judge.
    """
    folders = (*CHANGING, read_settings(solutions / "lessons").package, "lessons")
    files = (found for name in folders for found in (solutions / name).rglob("*"))
    known = sorted(found for found in files if found.suffix in (".py", EDIT))
    return files_digest(solutions, [solutions / "lessons" / FILE, *known])


def lesson_digest(solutions: Path, lesson: str) -> str:
    """Return what identifies all that a verdict of one lesson depends on, as it is on disk now."""
    return files_digest(solutions, lesson_files(solutions, lesson))


def lesson_files(solutions: Path, lesson: str, answers: Iterable[Path] = ()) -> list[Path]:
    """Return the files that a verdict of one lesson depends on; a lesson that is not there has few.

    Those that `answers` import belong to them, and `answers` themselves do not.
    """
    files = set(_lesson(solutions, lesson))
    waiting = [*answers, *(path for path in files if path.suffix == ".py")]
    package = solutions / read_settings(solutions / "lessons").package
    while waiting:
        path = waiting.pop()
        for found in _reached(path, package):
            if found not in files:
                files.add(found)
                waiting.append(found)
    return sorted(files)


def _lesson(solutions: Path, lesson: str) -> Iterator[Path]:
    """Yield `course.toml` and the files of a lesson and of those that it builds on."""
    yield solutions / "lessons" / FILE
    declared = {path.parent.name: _said(path).exercises for path in _declarations(solutions)}
    home = {exercise: name for name, exercises in declared.items() for exercise in exercises}
    names, waiting = {lesson}, [lesson]
    while waiting:
        path = solutions / "lessons" / waiting.pop() / "checks.py"
        mentioned = {home[text] for text in _said(path).texts if text in home} if path.is_file() else set()
        waiting += mentioned - names
        names |= mentioned
    for name in names:
        folder = solutions / "lessons" / name
        yield from (path for path in folder.rglob("*") if path.is_file() and _matters(path))
        yield from solutions.glob(f"checks/{name}.py")
        for exercise in declared.get(name, ()):
            yield from filter(_matters, (solutions / "misconceptions" / exercise).glob("*.*"))


def _declarations(solutions: Path) -> Iterable[Path]:
    return (solutions / "lessons").glob("*/checks.py")


def _matters(path: Path) -> bool:
    silent = path.suffix in (".ipynb", ".pyc") or path.name == QUESTIONS
    return not (silent or path.name.startswith("."))


def _reached(path: Path, package: Path) -> Iterator[Path]:
    """Yield the files that a file imports or names: the reference's, with packages, and shared checks."""
    said = _said(path)
    inside = path.relative_to(package).parent.parts if path.is_relative_to(package) else ()
    for level, name in said.imports:
        parts = tuple(part for part in name.split(".") if part)
        if level and path.is_relative_to(package):
            yield from _modules(package, (*inside[: len(inside) - level + 1], *parts))
        elif parts[:1] in ((REFERENCE,), (package.name,)):
            yield from _modules(package, parts[1:])
        elif parts[:1] == (CHECKS,):
            yield from _modules(package.parent / CHECKS, parts[1:])
    for text in said.texts:
        parts = tuple(text.split("."))
        if len(parts) > 1 and all(part.isidentifier() for part in parts):
            yield from _modules(package, parts)


def _modules(package: Path, parts: tuple[str, ...]) -> Iterator[Path]:
    """Yield the module that a dotted name leads to, as far as it leads, and the packages on its way."""
    folder = package
    for part in ("", *parts):
        folder /= part
        if (folder / "__init__.py").is_file():
            yield folder / "__init__.py"
        elif (module := folder.with_suffix(".py")).is_file():
            yield module


@dataclass(frozen=True)
class _Said:
    """What the text of a Python file says: its imports with their level, all texts, declared exercises."""

    imports: frozenset[tuple[int, str]] = frozenset()
    texts: frozenset[str] = frozenset()
    exercises: frozenset[str] = frozenset()


def _said(path: Path) -> _Said:
    return _read(path.read_bytes())


@functools.lru_cache(maxsize=4096)
def _read(content: bytes) -> _Said:
    try:
        nodes = list(ast.walk(ast.parse(content)))
    except (SyntaxError, ValueError):
        return _Said()
    imports = {(0, alias.name) for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    for node in nodes:
        if isinstance(node, ast.ImportFrom):
            begin = f"{node.module}." if node.module else ""
            imports |= {(node.level, f"{begin}{alias.name}") for alias in node.names}
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    exercises = {
        node.args[0].value
        for node in nodes
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Exercise" and node.args
        if isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)
    }
    return _Said(frozenset(imports), frozenset(texts), frozenset(exercises))


def files_digest(folder: Path, files: Iterable[Path]) -> str:
    """Return what identifies files below a folder: their paths, and what of them is judged."""
    digest = hashlib.sha256()
    for path in files:
        content = _content(path) if path.is_file() else b""
        digest.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:16]


def _content(path: Path) -> bytes:
    return judged_settings(path) if path.name == FILE else path.read_bytes()


@functools.cache
def engine_digest() -> str:
    """Return what identifies the engine that this process judges with, and where it does so."""
    folder = Path(autograde.__file__).parent
    files = [
        path for path in sorted(folder.rglob("*.py")) if path.relative_to(folder).parts[0] not in NOT_JUDGING
    ]
    gpu = any(Path(file).exists() for file in DEVICE_FILES)
    here = (platform.python_version(), platform.machine(), *map(_version, LIBRARIES), "gpu" if gpu else "cpu")
    return hashlib.sha256(" ".join((files_digest(folder, files), *here)).encode()).hexdigest()[:16]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"
