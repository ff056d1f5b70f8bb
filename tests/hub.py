"""A JupyterHub on the tiny course, as `autograde hub` writes it, for the accounts of a machine."""

from __future__ import annotations

import os
import random
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import requests
from accounts import Account, Machine
from serving import running

from autograde.hub.config import find_proxy


def programs() -> bool:
    """Whether a hub can be run here."""
    return find_spec("jupyterhub") is not None and find_proxy() is not None


PROGRAM = ("-c", "from autograde.cli.main import main; main()")


@dataclass(frozen=True)
class Hub:
    """A running hub and its course."""

    url: str
    folder: Path
    course: Path
    log: Path

    @property
    def inbound(self) -> Path:
        return self.course / ".course" / "exchange" / "first-tones" / "inbound"


class Client:
    """An account that has logged in at a hub, without a browser."""

    def __init__(self, hub: Hub, account: Account) -> None:
        self.hub, self.account, self.session = hub, account, requests.Session()
        page = f"{hub.url}/hub/login"
        self.session.get(page)
        form = {"username": account.name, "password": account.password, "_xsrf": self._xsrf("/hub/")}
        self.session.post(page, data=form).raise_for_status()

    def _xsrf(self, path: str) -> str:
        return self.session.cookies.get("_xsrf", path=path) or ""

    def start_server(self) -> None:
        """Ask for a server, which the login may have started already, and wait for its page."""
        address = f"{self.hub.url}/hub/api/users/{self.account.name}/server"
        answer = self.session.post(address, params={"_xsrf": self._xsrf("/hub/")})
        if "is already running" not in answer.text:
            answer.raise_for_status()
        end = time.monotonic() + 120
        while not self.session.get(f"{self.server}/lab").url.startswith(self.server):
            assert time.monotonic() < end, self.hub.log.read_text()
            time.sleep(1)

    @property
    def server(self) -> str:
        return f"{self.hub.url}/user/{self.account.name}"

    def start_kernel(self) -> Path:
        """Start a kernel, and return the file that says where its sockets are."""
        token = {"X-XSRFToken": self._xsrf(f"/user/{self.account.name}/")}
        answer = self.session.post(f"{self.server}/api/kernels", headers=token, json={"name": "python3"})
        answer.raise_for_status()
        name, end = f"kernel-{answer.json()['id']}.json", time.monotonic() + 60
        while time.monotonic() < end:
            for found in Path("/tmp").glob(f"jupyter-*/{name}"):
                return found
            time.sleep(0.2)
        raise TimeoutError(name)


def own(folder: Path, account: Account) -> None:
    """Give a folder and all that lies in it to an account."""
    for path in (folder, *folder.rglob("*")):
        os.chown(path, account.uid, account.gid, follow_symlinks=False)


def written(machine: Machine, course: Path, *options: str) -> Path:
    """Write a hub for a course of the machine's instructor by the command, and return its folder."""
    own(course, machine.teacher)
    course.chmod(0o700)
    folder = machine.base / "hub"
    exchange = str(machine.base / "exchange")
    command = [str(machine.python), *PROGRAM, "hub", str(folder), "--exchange", exchange, *options]
    subprocess.run(command, cwd=course, check=True, capture_output=True, env=_environment(machine))
    return folder


@contextmanager
def served(machine: Machine, course: Path, folder: Path, port: int) -> Iterator[Hub]:
    """Run the hub until the block ends, with all that it has started."""
    hub = Hub(f"http://127.0.0.1:{port}", folder, course, machine.base / "hub" / "state" / "log")
    command = [str(machine.python), "-m", "jupyterhub", "-f", str(folder / "jupyterhub_config.py")]

    def answers() -> bool:
        urllib.request.urlopen(f"{hub.url}/hub/login", timeout=2).close()
        return True

    with running(command, answers, hub.log, _environment(machine), folder):
        yield hub


def _environment(machine: Machine) -> dict[str, str]:
    path = f"{machine.python.parent}:{os.environ['PATH']}"
    return os.environ | {"PATH": path, "PYTHONPATH": str(machine.base / "code")}


def three_free_ports() -> int:
    """Return a port after which two more are free, below those that the kernel hands out by itself."""
    for _ in range(50):
        port = random.randrange(20_000, 30_000)
        if all(_is_free(port + each) for each in range(3)):
            return port
    raise OSError("no three free ports in a row")


def _is_free(port: int) -> bool:
    import socket

    with socket.socket() as found:
        return found.connect_ex(("127.0.0.1", port)) != 0
