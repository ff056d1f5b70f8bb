"""What an ordinary account could do to others through a hub that runs: listen, ask, look, take all memory.

Each attempt has its control: the same one, where nothing stands in its way, succeeds.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
import requests
import tiny
from accounts import Account, Machine, machine, missing
from hub import Client, Hub, programs, served, three_free_ports, written
from serving import free_port, running

from autograde.errors import AutogradeError
from autograde.hub.cgroups import make_groups, problem
from autograde.hub.config import proxy_command
from autograde.hub.nameless import Nameless

pytest.importorskip("jupyterhub")
from jupyterhub.spawner import LocalProcessSpawner

from autograde.hub.spawner import LimitedSpawner, listeners

NO_HUB = missing() or ("" if programs() else "jupyterhub or configurable-http-proxy is not installed")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(NO_HUB), reason=NO_HUB)]

MEMORY_GB, PROCESSES = 0.75, 120

TALK = """
import sys
from jupyter_client import BlockingKernelClient

client = BlockingKernelClient(connection_file=sys.argv[1])
client.load_connection_file()
client.start_channels()
client.wait_for_ready(timeout=60)
show = lambda message: print(message["content"].get("text", ""), end="", flush=True)
client.execute_interactive(sys.argv[2], timeout=60, output_hook=show)
"""

TCP_KERNEL = """
import subprocess, sys
from jupyter_client import KernelManager

manager = KernelManager()
manager.start_kernel(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
client = manager.blocking_client()
client.start_channels()
client.wait_for_ready(timeout=60)
print(manager.connection_file, flush=True)
sys.stdin.read()
manager.shutdown_kernel(now=True)
"""

LISTEN = """
import pathlib, sys, time, zmq

def listening(uid):
    for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[3] == "0A" and fields[7] == uid:
            yield f"tcp://127.0.0.1:{int(fields[1].partition(':')[2], 16)}"
    for line in pathlib.Path("/proc/net/unix").read_text("utf-8", "replace").splitlines():
        name = line.split()[-1]
        if name.startswith("/tmp/") and "kernel" in name:
            yield f"ipc://{name}"

context, poller = zmq.Context(), zmq.Poller()
for place in listening(sys.argv[1]):
    socket = context.socket(zmq.SUB)
    socket.setsockopt(zmq.SUBSCRIBE, b"")
    socket.connect(place)
    poller.register(socket, zmq.POLLIN)
    print(place, file=sys.stderr)
print("ready", flush=True)
end, heard = time.monotonic() + 6, b""
while time.monotonic() < end:
    for socket, _ in poller.poll(500):
        heard += b" ".join(socket.recv_multipart())
print("heard" if b"a-cell-of-ada" in heard else "nothing", flush=True)
context.destroy(linger=0)
"""

SPEAK = "import time\nfor k in range(12):\n    print('a-cell-of-ada', k, flush=True)\n    time.sleep(0.3)"


@dataclass(frozen=True)
class Room:
    """A hub at which two learners have their servers, and one of them a kernel."""

    machine: Machine
    hub: Hub
    port: int
    ada: Client
    bob: Client
    kernel: Path

    def run_in_kernel(self, code: str) -> str:
        """Run a cell of ada's, and return what it prints."""
        done = self.machine.ada.run(self.machine.python, "-c", TALK, self.kernel, code)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def room() -> Iterator[Room]:
    with machine() as people:
        course = tiny.copied(people.base / "course")
        port = three_free_ports()
        names = ("--learner", people.ada.name, "--learner", people.bob.name, "--port", str(port))
        folder = written(people, course, *names)
        settings = folder / "hub.toml"
        text = re.sub(r"memory_gb = \S+", f"memory_gb = {MEMORY_GB}", settings.read_text())
        settings.write_text(re.sub(r"processes = \d+", f"processes = {PROCESSES}", text))
        with served(people, course, folder, port) as running_hub:
            ada, bob = (Client(running_hub, account) for account in people.learners)
            with ThreadPoolExecutor() as pool:
                [*pool.map(Client.start_server, (ada, bob))]
            made = Room(people, running_hub, port, ada, bob, ada.start_kernel())
            assert made.run_in_kernel("print(1)") == "1\n"
            yield made


def overheard(listener: Account, speaker: Account, kernel: Path) -> str:
    """Let one account listen at all sockets of another while a cell of that one prints."""
    command = [str(listener.python), "-c", LISTEN, str(speaker.uid)]
    ears = subprocess.Popen(command, user=listener.uid, group=listener.gid, stdout=subprocess.PIPE, text=True)
    assert ears.stdout is not None
    assert ears.stdout.readline() == "ready\n"
    said = speaker.run(speaker.python, "-c", TALK, kernel, SPEAK)
    assert "a-cell-of-ada 11" in said.stdout, said.stderr
    return ears.communicate(timeout=60)[0].strip()


def test_nobody_hears_what_anothers_kernel_says(room: Room) -> None:
    ada, bob = room.machine.ada, room.machine.bob
    assert overheard(ada, ada, room.kernel) == "heard", "its own account does"
    assert overheard(bob, ada, room.kernel) == "nothing"
    command = [str(ada.python), "-c", TCP_KERNEL]
    names = {"HOME": str(ada.home), "PATH": f"{ada.python.parent}:/usr/bin:/bin"}
    with subprocess.Popen(
        command, user=ada.uid, group=ada.gid, env=names, cwd=ada.home, stdin=-1, stdout=-1, text=True
    ) as control:
        assert control.stdin is not None
        assert control.stdout is not None
        heard = overheard(bob, ada, Path(control.stdout.readline().strip()))
        control.stdin.close()
    assert heard == "heard", "over TCP, as Jupyter's kernels are by default, everybody does"


def of_the_proxy(room: Room) -> dict[str, str]:
    """Return the environment of the proxy, as root reads it."""
    for folder in Path("/proc").glob("[0-9]*"):
        line = (folder / "cmdline").read_bytes() if folder.is_dir() else b""
        if b"configurable-http-proxy" in line and str(room.port + 2).encode() in line.split(b"\0"):
            pairs = (folder / "environ").read_text().split("\0")
            return dict(pair.split("=", 1) for pair in pairs if "=" in pair)
    raise AssertionError("no proxy")


def asked(account: Account, address: str, token: str = "") -> str:
    """Return the status that an account gets at an address of this machine."""
    script = 'curl -s -o /dev/null -w "%{http_code}" ${TOKEN:+-H "Authorization: token $TOKEN"} "$ADDRESS"'
    return account.shell(script, ADDRESS=address, TOKEN=token).stdout


def test_the_proxys_api_answers_nobody_without_its_token(room: Room, tmp_path: Path) -> None:
    bob, routes = room.machine.bob, f"http://127.0.0.1:{room.port + 2}/api/routes"
    assert asked(bob, routes) == "403"
    assert asked(bob, routes, room.ada.account.password) == "403"
    assert asked(bob, routes, of_the_proxy(room)["CONFIGPROXY_AUTH_TOKEN"]) == "200"
    port = free_port()
    options = f"--port {free_port()} --api-port {port} --ip 127.0.0.1 --api-ip 127.0.0.1".split()
    bare = {name: value for name, value in os.environ.items() if name != "CONFIGPROXY_AUTH_TOKEN"}
    command = [*proxy_command(), *options, "--default-target", room.hub.url]
    open_to_all = f"http://127.0.0.1:{port}/api/routes"
    with running(command, lambda: asked(bob, open_to_all) == "200", tmp_path / "log", bare):
        assert asked(bob, open_to_all) == "200", "without a token all may ask"


def test_the_hubs_api_and_anothers_server_answer_their_own_account_alone(room: Room) -> None:
    for of, status in ((room.ada, {403, 404}), (room.bob, {200})):
        name = of.account.name
        for address in (f"{room.hub.url}/hub/api/users/{name}", f"{of.server}/api/contents"):
            assert room.bob.session.get(address).status_code in status, address
    direct = f"http://127.0.0.1:{room.port + 1}/hub/api/users"
    assert asked(room.machine.bob, direct) == "403"
    token = next(
        pair.split("=", 1)[1]
        for pair in environment(room.machine.bob).split("\0")
        if pair.startswith("JUPYTERHUB_API_TOKEN=")
    )
    assert asked(room.machine.bob, f"{direct}/{room.bob.account.name}", token) == "200"
    assert asked(room.machine.bob, f"{direct}/{room.ada.account.name}", token) in ("403", "404")


def environment(account: Account) -> str:
    """Return the environment of an account's server, as root reads it."""
    pid = subprocess.run(
        ["pgrep", "-u", str(account.uid), "-f", "jupyterhub.singleuser"], stdout=-1, text=True
    )
    return Path(f"/proc/{pid.stdout.split()[0]}/environ").read_text()


def seen(account: Account | None, what: str) -> str:
    """Return what an account, or root, reads in the `environ` or `cmdline` of all processes."""
    command = ["/bin/sh", "-c", f"cat /proc/[0-9]*/{what} 2>/dev/null"]
    user = account.uid if account else 0
    return subprocess.run(command, user=user, extra_groups=[], capture_output=True).stdout.decode("latin-1")


def test_no_secret_is_seen_in_anothers_processes(room: Room) -> None:
    bob = room.machine.bob
    hers = re.search(r"JUPYTERHUB_API_TOKEN=(\w+)", environment(room.machine.ada))
    assert hers is not None
    for secret in (hers[1], of_the_proxy(room)["CONFIGPROXY_AUTH_TOKEN"]):
        assert secret in seen(None, "environ")
        assert secret not in seen(None, "cmdline")
        assert secret not in seen(bob, "environ")
    with subprocess.Popen(["sleep", "30"], env={"X": hers[1]}, user=bob.uid) as his:
        assert hers[1] in seen(bob, "environ"), "in a process of his own he would see it"
        his.kill()


GREEDY = """
import os, time
children = []
for number in range(4):
    child = os.fork()
    if child == 0:
        taken = bytearray(250_000_000)
        time.sleep(3)
        os._exit(0)
    children.append(child)
print("killed", sum(os.waitpid(child, 0)[1] == 9 for child in children), flush=True)
"""

MANY = f"""
import os, signal, time
children = []
try:
    while len(children) < {2 * PROCESSES}:
        child = os.fork()
        if child == 0:
            time.sleep(20)
            os._exit(0)
        children.append(child)
except OSError:
    pass
for child in children:
    os.kill(child, signal.SIGKILL)
for child in children:
    os.waitpid(child, 0)
print("started", len(children), flush=True)
"""


@pytest.mark.skipif(bool(problem()), reason=f"no control groups here: {problem()}")
def test_one_accounts_processes_together_have_a_limit(room: Room) -> None:
    """Four times 250 MB, each less than a process may have; and twice as many processes as it may have."""
    alone = room.machine.ada.run(room.machine.python, "-c", GREEDY)
    assert alone.stdout == "killed 0\n", alone.stderr
    assert re.fullmatch(r"killed [1-4]\n", room.run_in_kernel(GREEDY))
    alone = room.machine.ada.run(room.machine.python, "-c", MANY)
    assert alone.stdout == f"started {2 * PROCESSES}\n", alone.stderr
    started = int(room.run_in_kernel(MANY).split()[1])
    assert PROCESSES / 2 < started < PROCESSES
    assert room.run_in_kernel("print('still here')") == "still here\n"


IMPOSTOR = """
import http.server, sys

class Impostor(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"impostor")

server = http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Impostor)
print("listens", flush=True)
server.serve_forever()
"""


class Started(LocalProcessSpawner):  # type: ignore[misc]  # JupyterHub has no types
    """JupyterHub's own, with somebody to start it for and a program that never gets the port."""

    cmd: ClassVar = ["sleep", "20"]
    start_timeout = 10

    def get_env(self) -> dict[str, str]:
        return {"PATH": os.defpath}

    def get_args(self) -> list[str]:
        return []


class Ours(LimitedSpawner, Started):
    """Ours, with the same."""


@pytest.mark.parametrize("spawner", [Started, Ours])
def test_who_is_first_at_a_servers_port_does_not_become_the_server(room: Room, spawner: type[Any]) -> None:
    """JupyterHub's own spawner says the server is there, and would send ada's browser to bob's program."""
    bob, port = room.machine.bob, free_port()
    command = [str(bob.python), "-c", IMPOSTOR, str(port)]
    with subprocess.Popen(
        command, user=bob.uid, group=bob.gid, stdout=subprocess.PIPE, text=True
    ) as impostor:
        assert impostor.stdout is not None
        assert impostor.stdout.readline() == "listens\n"
        assert listeners(port) == {bob.uid}
        started = spawner(user=SimpleNamespace(name=room.machine.ada.name), mem_limit=2**30)
        started.port = port
        try:
            if spawner is Started:
                assert asyncio.run(started.start()) == ("127.0.0.1", port)
            else:
                with pytest.raises(AutogradeError, match=rf"user {room.machine.ada.uid}, got user {bob.uid}"):
                    asyncio.run(started.start())
        finally:
            started.proc.kill()
            started.proc.wait()
            impostor.kill()


def test_limits_are_written_as_the_second_version_wants_them(tmp_path: Path) -> None:
    (tmp_path / "cgroup.controllers").write_text("cpu memory pids")
    [group] = make_groups("ada", 1000, 10, tmp_path)
    assert group == tmp_path / "autograde-hub" / "ada"
    assert [(group / name).read_text() for name in ("memory.max", "pids.max")] == ["1000", "10"]
    for folder in (tmp_path, group.parent):
        assert (folder / "cgroup.subtree_control").read_text() == "+memory +pids"
    assert "No such file" in problem(tmp_path / "elsewhere")


def test_a_learner_writes_nothing_into_the_hubs_log(room: Room) -> None:
    line = "[E 2026-11-26 10:00:00.000 JupyterHub auth:1] forged"
    room.run_in_kernel(f"import os\nfor stream in (1, 2):\n    os.write(stream, b'{line}\\n')")
    assert line not in room.hub.log.read_text()
    own = room.machine.ada.home / "first-tones" / ".course" / "server.log"
    assert line in own.read_text(), "it stands in the log of the learner's own server"
    assert own.stat().st_mode & 0o077 == 0


def test_the_hubs_log_names_nobody(room: Room) -> None:
    ada, bob = room.machine.ada, room.machine.bob
    for name in (ada.name, "hunter2"):
        with pytest.raises(requests.HTTPError):
            Client(room.hub, Account(name, 0, 0, Path(), "wrong", Path(), Path()))
    for page in ("lab", "api/contents?token=x", "no such page"):
        room.bob.session.get(f"{room.ada.server}/{page}")
    for page in (f"api/users/{ada.name}", f"spawn/{ada.name}", f"nothing/{ada.name}"):
        room.bob.session.get(f"{room.hub.url}/hub/{page}")
    told = room.hub.log.read_text()
    assert "PAM Authentication failed ('account-" in told
    assert len(set(re.findall(r"account-\w{6}", told))) > 2
    for name in (ada.name, bob.name, "hunter2"):
        assert name not in told, [line for line in told.splitlines() if name in line]


def test_a_traceback_names_nobody_either() -> None:
    record = logging.LogRecord("x", logging.ERROR, "x", 1, "a fault of %s", ("nobody knows",), None)
    nameless = Nameless()
    assert nameless.filter(record)
    assert record.getMessage() == "a fault of nobody knows"
    try:
        raise OSError("/user/ada/api")
    except OSError:
        record.exc_info = sys.exc_info()
    nameless.filter(record)
    assert record.exc_text is not None
    assert "OSError: /user/account-" in record.exc_text
    assert "ada/" not in record.exc_text
