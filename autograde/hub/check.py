"""Says what is wrong with a hub: its programs, folders, accounts, and what JupyterHub would be told."""

from __future__ import annotations

import json
import pwd
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from shlex import join, quote
from typing import Any

from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from autograde.course.private import open_paths, open_to_others
from autograde.course.readers import grant_reading
from autograde.doctor import Finding
from autograde.errors import AutogradeError
from autograde.hub.cgroups import problem
from autograde.hub.config import find_proxy
from autograde.hub.settings import Hub, read_hub
from autograde.hub.write import CONFIG

NO_ACL = "Feedback is kept by its random name alone. Put the exchange on ext4, xfs or btrfs."
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
UNSAFE_LOGINS = ("dummy", "null", "DummyAuthenticator", "NullAuthenticator")


def check_hub(folder: Path) -> list[Finding]:
    """Return what was looked at; a hub works safely if every `needed` finding works."""
    found = [*_programs(), *_told(folder / CONFIG)]
    try:
        hub = read_hub(folder)
    except AutogradeError as error:
        return [*found, Finding("hub.toml", False, str(error), needed=True)]
    return [*found, _limits(), *_settings(folder), *_accounts(hub), *_course(hub), *_exchange(hub)]


def _finding(what: str, problem: str, next_step: str) -> Finding:
    return Finding(what, not problem, problem or "yes", next_step if problem else "", needed=True)


def _programs() -> Iterator[Finding]:
    for module, package in (
        ("jupyterhub", "jupyterhub"),
        ("jupyterhub_idle_culler", "jupyterhub-idle-culler"),
    ):
        missing = "" if find_spec(module) else "not installed"
        yield _finding(package, missing, f"pip install {package}")
    missing = "" if find_proxy() else "not installed"
    yield _finding("configurable-http-proxy", missing, "npm install --global configurable-http-proxy")
    closed = [path for path in (sys.executable, __file__) if not _runs_for_others(Path(path))]
    advice = (
        "Make the environment where everybody can read, such as /opt/autograde, by a Python outside of homes."
    )
    yield _finding("Python and autograde readable by every account", ", ".join(closed), advice)


def _runs_for_others(path: Path) -> bool:
    """Whether every account reaches a file: the link itself, and what it leads to."""
    return all(open_to_others(each) for each in (path.absolute(), path.resolve()))


def _told(path: Path) -> Iterator[Finding]:
    """Look at what a jupyterhub_config.py sets, whoever wrote it."""
    try:
        config = _loaded(path)
    except Exception as error:  # whatever a file of Python raises
        yield _finding(
            CONFIG, f"{type(error).__name__}: {error}", "Mend it, or write a new one: autograde hub"
        )
        return
    login = str(config.JupyterHub.get("authenticator_class", "pam"))
    unsafe = login if login.rpartition(".")[2] in UNSAFE_LOGINS else ""
    yield _finding("a login that asks for a password", unsafe, 'Set JupyterHub.authenticator_class = "pam".')
    everybody = "allow_all" if config.Authenticator.get("allow_all", False) is True else ""
    named = config.Authenticator.get("allowed_users") or config.LocalAuthenticator.get("allowed_groups")
    who = everybody or ("" if named else "nobody is named")
    yield _finding("accounts that may log in", who, "Name them: learners or learner_group in hub.toml.")
    address = str(config.JupyterHub.get("bind_url", "http://:8000"))
    bare = not any(f"//{each}" in address for each in LOOPBACK) and not config.JupyterHub.get("ssl_cert")
    advice = (
        "Set certificate and certificate_key in hub.toml, or let a server with TLS stand before 127.0.0.1."
    )
    yield _finding("passwords on the network encrypted", address if bare else "", advice)
    for key in ("cookie_secret_file", "db_url"):
        file = Path(str(config.JupyterHub.get(key, "")).removeprefix("sqlite:///"))
        seen = str(file) if file.name and open_to_others(file) else ""
        yield _finding(f"{key} kept from others", seen, f"chmod 700 {quote(str(file.parent))}")
    yield from _told_servers(config)


def _told_servers(config: Config) -> Iterator[Finding]:
    if "autograde.hub.singleuser" not in str(config.Spawner.get("cmd", "")):
        command = str(config.Spawner.get("cmd", "jupyterhub-singleuser"))
        advice = "Set Spawner.cmd as autograde.hub.config does: it makes each workspace, closed to others."
        yield _finding("workspaces closed to others", command, advice)
    spawner = str(config.JupyterHub.get("spawner_class", "LocalProcessSpawner"))
    unlimited = "" if spawner.endswith(("LimitedSpawner", "SystemdSpawner")) else spawner
    advice = 'Set JupyterHub.spawner_class = "autograde.hub.spawner.LimitedSpawner".'
    yield _finding("a spawner that limits what an account runs", unlimited, advice)
    if not any("idle_culler" in str(each.get("command")) for each in config.JupyterHub.get("services", [])):
        yield _finding("idle servers end", "no idle culler", "See autograde.hub.config.")


def _loaded(path: Path) -> Config:
    loader: Any = PyFileConfigLoader(path.name, path=str(path.parent))
    config: Config = loader.load_config()
    return config


def _limits() -> Finding:
    """Say whether an account's limits hold for all that it runs; where not, they hold for each process."""
    missing = problem()
    advice = "Run on a kernel with control groups for memory and pids, outside of a container. Until then one"
    advice += " process may take memory_gb, and a user may have `processes` of them."
    what = "memory limited for each account as a whole"
    return Finding(what, not missing, missing or "yes", advice if missing else "")


def _settings(folder: Path) -> Iterator[Finding]:
    """Look at what the accounts' servers are told."""
    for who in ("learner", "instructor"):
        told = _read(folder / who / "jupyter_server_config.json")
        transport = told.get("KernelManager", {}).get("transport", "tcp")
        problem = "" if transport == "ipc" else transport
        advice = f"Every account can listen to TCP. Run again: autograde hub {folder}"
        yield _finding(f"kernels of the {who} on ipc", problem, advice)
    told = _read(folder / "learner" / "jupyter_server_config.json")
    offered = told.get("ServerApp", {}).get("jpserver_extensions", {})
    problem = "" if offered.get("nbgrader.server_extensions.formgrader") is False else "for everybody"
    yield _finding("formgrader for instructors alone", problem, f"Run again: autograde hub {folder}")


def _read(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def _accounts(hub: Hub) -> Iterator[Finding]:
    missing = [name for name in (*hub.instructors, *hub.learners) if not _home(name)]
    yield _finding("accounts of this machine", ", ".join(missing), "Run: adduser NAME")
    workspaces = [str(Path(home) / hub.workspace) for name in hub.learners if (home := _home(name))]
    seen = [path for path in workspaces if open_to_others(Path(path))]
    yield _finding("workspaces closed to others", ", ".join(seen), f"Run: chmod 700 {join(seen)}")


def _home(account: str) -> str:
    try:
        return pwd.getpwnam(account).pw_dir
    except KeyError:
        return ""


def _course(hub: Hub) -> Iterator[Finding]:
    course = Path(hub.course)
    owner = course.owner() if course.is_dir() else "nobody: it is not there"
    problem = "" if owner in hub.instructors else f"of {owner}"
    yield _finding(
        "the course an instructor's", problem, f"Run: chown -R {hub.instructors[0]} {quote(str(course))}"
    )
    seen = ", ".join(open_paths(course))
    yield _finding(
        "solutions/, gradebook and secret kept from others", seen, f"Run: chmod 700 {quote(str(course))}"
    )


def _exchange(hub: Hub) -> Iterator[Finding]:
    root, place = Path(hub.exchange), Path(hub.exchange) / hub.course_id
    rules: Iterable[tuple[Path, int, int]] = (
        (root, stat.S_IWOTH, 0),
        (place, stat.S_IWOTH, 0),
        (place / "outbound", stat.S_IWOTH, 0),
        (place / "feedback", stat.S_IWOTH | stat.S_IROTH, 0),
        (place / "inbound", stat.S_IROTH, stat.S_ISVTX | stat.S_ISGID | stat.S_IWOTH),
    )
    for path, without, with_ in rules:
        mode = path.stat().st_mode if path.is_dir() else 0
        wanted = stat.S_IMODE(mode) & ~without | with_
        right = mode and wanted == stat.S_IMODE(mode)
        problem = "" if right else f"mode {stat.S_IMODE(mode):o}" if mode else "not there"
        advice = f"Run: chmod {wanted:o} {quote(str(path))}" if mode else "Run again: autograde hub"
        yield _finding(f"{path.relative_to(root.parent)} open no further than it must be", problem, advice)
    yield _finding("access control lists in the exchange", "" if has_lists(place) else "none", NO_ACL)


def has_lists(folder: Path) -> bool:
    """Whether the file system of a folder keeps access control lists; where nothing can be written, False."""
    try:
        with tempfile.NamedTemporaryFile(dir=folder) as file:
            return grant_reading(Path(file.name), 65534)
    except OSError:
        return False
