"""Writes a hub's folder, and the exchange: what an administrator runs once, and again after an update."""

from __future__ import annotations

import json
import os
import pwd
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import Any

from autograde.course.settings import read_settings
from autograde.errors import AutogradeError, explain
from autograde.hub.settings import FILE, Hub, hub_text
from autograde.practice.served import FILES, PAGE_CONFIG, SERVER_CONFIG, SERVER_FILE

TEMPLATES = Path(__file__).resolve().parent / "templates"
CONFIG = "jupyterhub_config.py"
WHO = ("learner", "instructor")
IPC = {"KernelManager": {"transport": "ipc"}}  # what a kernel says over TCP, every account can listen to
CULLED = {"MappingKernelManager": {"cull_idle_timeout": 3600}}
FOR_INSTRUCTORS = ("formgrader", "create-assignment", "course-list")
FRAMED = {
    "ServerApp": {"tornado_settings": {"headers": {"Content-Security-Policy": "frame-ancestors 'self'"}}}
}
"""Formgrader's tab in JupyterLab is a frame of the same server."""


@dataclass(frozen=True)
class Written:
    """What was written, and what is left for the administrator to run."""

    files: tuple[Path, ...]
    run: tuple[str, ...]


def write_hub(folder: Path, hub: Hub) -> Written:
    """Write a hub's folder, make its exchange, and lead the course there.

    An existing `hub.toml` and `jupyterhub_config.py` are somebody's work and stay as they are.

    Raises:
        AutogradeError: this is not root, an account is missing, or the course has an exchange of its own.
    """
    if os.getuid() != 0:
        raise AutogradeError(
            explain("autograde hub", "root", "another account", "Run: sudo autograde hub ...")
        )
    for name in (*hub.instructors, *hub.learners):
        _account(name)
    os.umask(0o022)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "state").mkdir(mode=0o700, exist_ok=True)
    written = [*_own_files(folder, hub), *_settings(folder)]
    make_exchange(hub)
    return Written(tuple(written), tuple(_to_run(folder, hub)))


def course_hub(root: Path, **settings: Any) -> Hub:
    """Return a hub for the course in the folder `root`, its owner the instructor where none is named."""
    course_id = read_settings(root / "solutions" / "lessons").id
    if not settings.get("instructors"):
        settings["instructors"] = (pwd.getpwuid(root.stat().st_uid).pw_name,)
    return Hub(str(root), course_id, **{"workspace": course_id, **settings})


def make_exchange(hub: Hub) -> None:
    """Make the exchange: of the system, with a place for the course that is the first instructor's."""
    root, place = Path(hub.exchange), Path(hub.exchange) / hub.course_id
    owner = _account(hub.instructors[0])
    root.mkdir(mode=0o755, parents=True, exist_ok=True)
    for path, mode in ((place, 0o755), (place / "outbound", 0o755), (place / "feedback", 0o711)):
        _make(path, owner, mode)
    _make(place / "inbound", owner, 0o3733)
    _lead(Path(hub.course) / ".course", root, owner)


def _make(path: Path, owner: pwd.struct_passwd, mode: int) -> None:
    path.mkdir(exist_ok=True)
    os.chown(path, owner.pw_uid, owner.pw_gid)
    path.chmod(mode)


def _lead(made: Path, exchange: Path, owner: pwd.struct_passwd) -> None:
    """Let a course's `.course/exchange` be the hub's, for every command of the instructor."""
    link = made / "exchange"
    if link.is_symlink() and link.resolve() == exchange.resolve():
        return
    if link.exists() or link.is_symlink():
        next_step = "Collect what lies there, move it away, and run again."
        raise AutogradeError(explain(str(link), f"a link to {exchange}", "an exchange of its own", next_step))
    if not made.exists():
        _make(made, owner, 0o700)
    link.symlink_to(exchange)


def _account(name: str) -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        next_step = f"Run: adduser {name}"
        raise AutogradeError(explain("account", "one of this machine", repr(name), next_step)) from None


def _own_files(folder: Path, hub: Hub) -> Iterator[Path]:
    if not (folder / FILE).exists():
        (folder / FILE).write_text(hub_text(hub), "utf-8")
        yield folder / FILE
    if not (folder / CONFIG).exists():
        shutil.copyfile(TEMPLATES / CONFIG, folder / CONFIG)
        yield folder / CONFIG


def _settings(folder: Path) -> Iterator[Path]:
    """Write what the servers of learners and instructors are told; these files are ours alone."""
    extensions = {f"nbgrader.server_extensions.{name}": False for name in ("formgrader", "course_list")}
    hidden = {f"@jupyter/nbgrader:{name}": True for name in FOR_INSTRUCTORS}
    page = PAGE_CONFIG | {"disabledExtensions": PAGE_CONFIG["disabledExtensions"] | hidden}
    common = SERVER_CONFIG | IPC | CULLED
    files: dict[str, Any] = {f"{who}/{name}": each for who in WHO for name, each in FILES.items()} | {
        f"learner/{SERVER_FILE}": common | {"ServerApp": {"jpserver_extensions": extensions}},
        "learner/labconfig/page_config.json": page,
        f"instructor/{SERVER_FILE}": common | FRAMED,
        "instructor/nbgrader_config.json": IPC,
    }
    for name, settings in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(settings, indent=1) + "\n", "utf-8")
        yield path
    shutil.copyfile(TEMPLATES / "nbgrader_config.py", folder / "learner" / "nbgrader_config.py")
    yield folder / "learner" / "nbgrader_config.py"


def _to_run(folder: Path, hub: Hub) -> Iterator[str]:
    course, here, config = (quote(str(path)) for path in (hub.course, folder, folder / CONFIG))
    yield f"chown -R {hub.instructors[0]} {course} && chmod 700 {course}"
    yield f"autograde hub {here} --check"
    yield f"jupyterhub -f {config}"
