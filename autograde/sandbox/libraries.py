"""Which files of this machine a worker may read: the interpreter and the packages that it may use."""

from __future__ import annotations

import csv
import functools
import re
import stat
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from autograde.limits import Loaded

ROOTS: dict[Loaded, tuple[str, ...]] = {
    "numpy": ("numpy",),
    "torch": ("numpy", "torch"),
    "triton": ("numpy", "torch", "triton"),
    "compiler": ("numpy", "torch", "triton"),
}
SYSTEM = ("/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local/lib", "/lib", "/lib32", "/lib64")
SYSTEM_FILES = ("/etc/ld.so.cache", "/etc/alternatives", "/usr/share/zoneinfo", "/dev/null", "/dev/urandom")
NAME = re.compile(r"[A-Za-z0-9._-]+")


def interpreter() -> Path:
    """Return the real file of the running interpreter."""
    return Path(sys.executable).resolve()


def interpreter_libraries() -> list[Path]:
    """Return the folders of the standard library that do not lie under /usr."""
    base = Path(sys.base_prefix).resolve()
    if base.is_relative_to("/usr"):
        return []
    return [base / name for name in ("lib", "lib64") if (base / name).is_dir()]


def installed_package_folders() -> list[Path]:
    """Return every folder with third-party packages beside the standard library; workers see none whole."""
    bases = {Path("/usr"), Path("/usr/local"), Path(sys.base_prefix).resolve(), Path(sys.prefix).resolve()}
    found = {folder for base in bases for folder in base.glob("lib*/python3*/*-packages")}
    found |= {Path(sysconfig.get_path(name)) for name in ("purelib", "platlib")}
    return sorted(folder for folder in found if folder.is_dir() and not folder.is_symlink())


@functools.cache
def package_paths(packages: Loaded) -> tuple[Path, ...]:
    """Return the files and folders of the packages and of all that they require."""
    found: dict[Path, None] = {}
    for dist in _required(ROOTS[packages]):
        for path in _top_level(dist):
            found[path] = None
    return tuple(found)


@functools.cache
def other_folders(packages: Loaded) -> tuple[Path, ...]:
    """Return the folders of packages that an interpreter without an environment does not know."""
    return tuple(sorted({path.parent for path in package_paths(packages)} - {*installed_package_folders()}))


def _required(names: Iterable[str]) -> Iterator[Distribution]:
    """Yield the installed distributions that `names` need, extras left out."""
    waiting, seen = list(names), set()
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in seen:
            continue
        seen.add(name)
        try:
            dist = distribution(name)
        except PackageNotFoundError:
            continue
        yield dist
        for requirement in dist.requires or []:
            match = NAME.match(requirement)
            if match is not None and not re.search(r";.*\bextra\b", requirement):
                waiting.append(match[0])


def _top_level(dist: Distribution) -> Iterator[Path]:
    record = csv.reader(
        (dist.read_text("RECORD") or "").splitlines()
    )  # `files` makes 20,000 paths of torch's
    files = [row[0] for row in record if row] or map(str, dist.files or [])
    names = {file.partition("/")[0] for file in files} - {"..", "__pycache__"}
    for name in sorted(names or {dist.metadata["Name"]}):
        path = Path(str(dist.locate_file(name)))
        if path.exists():
            yield path


def closed_folder(engine: Path) -> Path | None:
    """Return a folder above what workers read that other users may not enter, or None."""
    paths = [interpreter(), *interpreter_libraries(), *package_paths("numpy"), engine]
    above = {folder for path in paths for folder in path.parents}
    return next((folder for folder in sorted(above) if not folder.stat().st_mode & stat.S_IXOTH), None)


def readable_paths(packages: Loaded, engine: Path) -> list[str]:
    """Return what Landlock lets a worker read: libraries without other packages, and the engine."""
    hidden = installed_package_folders()
    roots = [Path(name) for name in SYSTEM if not Path(name).is_symlink()] + interpreter_libraries()
    libraries = [path for root in roots if root.exists() for path in _without(root, hidden)]
    single = [Path(name) for name in SYSTEM_FILES] + [Path(sys.prefix) / "pyvenv.cfg"]
    single = [path for path in single if path.exists()]
    return [str(path) for path in [*libraries, *single, *package_paths(packages), engine]]


def _without(folder: Path, hidden: list[Path]) -> Iterator[Path]:
    """Yield the largest paths under `folder` that hold none of the `hidden` folders."""
    if folder in hidden:
        return
    if not any(path.is_relative_to(folder) for path in hidden):
        yield folder
        return
    for child in sorted(folder.iterdir()):
        if not child.is_symlink():
            yield from _without(child, hidden)
