"""The outer wall: bubblewrap with read-only libraries, no network, no environment and nothing secret."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from autograde.limits import ONE_THREAD, Loaded
from autograde.sandbox import libraries

ENGINE = Path(__file__).resolve().parent.parent  # the package `autograde`
ENGINE_INSIDE = Path("/opt/engine/autograde")
TEMPORARY_BYTES = 64 << 20
START = (
    "import json, sys; engine, *more = json.loads(sys.argv.pop(1)); sys.path.insert(0, engine); "
    "sys.path += more; from autograde.sandbox.inside.{} import main; main()"
)

ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "HOME": "/tmp",
    "USER": "worker",  # torch asks for a name, and the box knows none of the user's number
    "LANG": "C.UTF-8",
    "MALLOC_ARENA_MAX": "2",
    **ONE_THREAD,
}

NO_GPU = {"CUDA_VISIBLE_DEVICES": "", "PYTORCH_NVML_BASED_CUDA_CHECK": "1"}
"""With these, torch knows that there is no GPU without waking the driver, whose thread no fork survives."""

TRITON: dict[Loaded, dict[str, str]] = {
    "triton": {"TRITON_INTERPRET": "1"},
    "compiler": {
        "TRITON_INTERPRET": "0",
        "TRITON_CACHE_DIR": "/tmp/triton",
        "TRITON_DEFAULT_FP_FUSION": "1",
    },
}
"""What Triton wants to find in the environment before it is imported."""


def bubblewrap() -> str | None:
    """Return the path of bubblewrap, or None."""
    return shutil.which("bwrap", path="/usr/local/bin:/usr/bin:/bin") or shutil.which("bwrap")


def isolation(namespaces: bool) -> list[str]:
    """Return bubblewrap's options that cut off all but files.

    With `namespaces` the zygote keeps what it needs to give each worker namespaces of its own. As root
    there is no user namespace, because its root would still own root's files; workers become another user.
    """
    shared = ["--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    keep = ["--cap-add", "CAP_SYS_ADMIN"] if namespaces else []
    if os.geteuid() == 0:
        kinds = ("pid", "net", "ipc", "uts", "cgroup-try")
        users = ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
        return [*shared, *(f"--unshare-{kind}" for kind in kinds), *keep, *users]
    return [*shared, "--unshare-all", "--uid", "0", "--gid", "0", *keep]


def mounts(packages: Loaded, extra: Sequence[Path] = ()) -> list[tuple[Path, Path]]:
    """Return (outside, inside) of everything that is visible in the box, all of it read-only."""
    same = [Path("/usr"), *libraries.interpreter_libraries(), *libraries.package_paths(packages), *extra]
    if not libraries.interpreter().is_relative_to("/usr"):
        same.append(libraries.interpreter())
    same += [Path(name) for name in ("/etc/ld.so.cache", "/etc/alternatives") if Path(name).exists()]
    config = Path(sys.prefix) / "pyvenv.cfg"
    same += [config] if config.exists() else []
    return [*((path, path) for path in same), (ENGINE, ENGINE_INSIDE)]


def arguments(packages: Loaded, namespaces: bool, extra: Sequence[Path] = ()) -> list[str]:
    """Return bubblewrap's command line up to the program that it runs."""
    command = [bubblewrap() or "bwrap", *isolation(namespaces), *_links()]
    command += ["--proc", "/proc", "--dev", "/dev"]
    command += ["--perms", "1777", "--size", str(TEMPORARY_BYTES), "--tmpfs", "/tmp"]
    visible = mounts(packages, extra)
    hidden = libraries.installed_package_folders()
    first = [pair for pair in visible if not any(pair[0].is_relative_to(folder) for folder in hidden)]
    made: set[Path] = set()
    for outside, inside in first:
        command += [*_parents(inside, made), "--ro-bind", str(outside), str(inside)]
    for folder in hidden:
        if any(folder.is_relative_to(inside) for _, inside in first):
            command += ["--perms", "0755", "--tmpfs", str(folder)]
    for outside, inside in [pair for pair in visible if pair not in first]:
        command += [*_parents(inside, made), "--ro-bind", str(outside), str(inside)]
    link = Path(sys.executable)
    if link != libraries.interpreter():
        command += [*_parents(link, made), "--symlink", str(libraries.interpreter()), str(link)]
    return [*command, "--chdir", "/tmp"]


def program(module: str, engine: Path, packages: Loaded, settings: object) -> list[str]:
    """Return the command that runs `main` of a module of `autograde.sandbox.inside`, told `settings`.

    It finds `packages` also where this process has them from PYTHONPATH or the user's own folder.
    """
    places = [str(place) for place in (engine.parent, *libraries.other_folders(packages))]
    start = START.format(module)
    return [sys.executable, "-I", "-B", "-c", start, json.dumps(places), json.dumps(settings)]


def _links() -> Iterator[str]:
    for name in ("lib", "lib32", "lib64", "bin", "sbin"):
        link = Path("/", name)
        if link.is_symlink():
            yield from ("--symlink", str(link.readlink()), str(link))
        elif link.is_dir():
            yield from ("--ro-bind", str(link), str(link))


def _parents(path: Path, made: set[Path]) -> Iterator[str]:
    """Yield what makes the folders above `path` that everybody may pass through."""
    for folder in reversed(path.parents[:-1]):
        if folder not in made and not folder.is_relative_to("/usr") and folder != Path("/tmp"):
            made.add(folder)
            yield from ("--perms", "0755", "--dir", str(folder))
