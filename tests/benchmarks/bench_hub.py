"""A class on one hub: everybody arrives, checks and submits at once; how long it takes, what a user costs.

Real accounts, real servers and kernels, over HTTP and websockets of this machine alone. It needs root, and
0.3 GB for each learner. LEARNERS=50 by default; AT_ONCE=8 servers start at a time, as a hub lets them.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import hub
import tiny
import websocket
from accounts import Account, machine, missing
from row import Row

from autograde.nbgrader_plugins.cycle import Nbgrader

LESSON, COURSE = "02_melodies", "first-tones"
LEARNERS = int(os.environ.get("LEARNERS", "50"))
AT_ONCE = int(os.environ.get("AT_ONCE", "8"))
PATIENCE_S = 600
SERVICE = """
c.JupyterHub.services.append({{"name": "bench", "api_token": "{token}"}})
scopes = ["admin:users", "admin:servers", "access:servers"]
c.JupyterHub.load_roles.append({{"name": "bench", "services": ["bench"], "scopes": scopes}})
c.JupyterHub.concurrent_spawn_limit = {at_once}
"""


class Learner:
    """One learner's browser: a server, a kernel, and what their requests took."""

    def __init__(self, served: hub.Hub, account: Account, token: str) -> None:
        self.served, self.account, self.token = served, account, token
        self.base = f"/user/{account.name}"

    def call(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"token {self.token}", "Content-Type": "application/json"}
        request = urllib.request.Request(self.served.url + path, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def arrive(self) -> float:
        """Start the server, fetch the lesson and write the exercise; return how long the start took."""
        begin = time.monotonic()
        while True:
            try:
                self.call("POST", f"/hub/api/users/{self.account.name}/server")
                break
            except urllib.error.HTTPError as error:  # 429: too many start at the moment
                if error.code not in (429, 503):
                    raise
                time.sleep(3)
        while not self._is_ready():
            time.sleep(1)
        took = time.monotonic() - begin
        where = f"course_id={COURSE}&assignment_id={LESSON}"
        self.call("POST", f"{self.base}/assignments/fetch?{where}", {})
        tiny.write(self.account.home / COURSE, two_octaves="return 4 * frequency")
        kernel = self.call("POST", f"{self.base}/api/kernels", {"path": f"lessons/{LESSON}"})["id"]
        address = self.served.url.replace("http", "ws") + f"{self.base}/api/kernels/{kernel}/channels"
        header = {"Authorization": f"token {self.token}"}
        self.socket = websocket.create_connection(address, timeout=PATIENCE_S, header=header)
        self.run("%load_ext autograde.notebook")
        return took

    def _is_ready(self) -> bool:
        servers = self.call("GET", f"/hub/api/users/{self.account.name}")["servers"]
        return bool(servers.get("", {}).get("ready"))

    def run(self, code: str) -> tuple[float, str]:
        """Run a cell; return how long it took, and what it printed or showed."""
        begin, number = time.monotonic(), uuid.uuid4().hex
        header = {"msg_id": number, "msg_type": "execute_request", "username": "", "session": number}
        content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False}
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
        self.socket.send(json.dumps(message | {"channel": "shell", "buffers": []}))
        said = []
        while True:
            got = json.loads(self.socket.recv())
            if got["parent_header"].get("msg_id") != number:
                continue
            said.append(json.dumps(got["content"]))
            if got["msg_type"] == "status" and got["content"]["execution_state"] == "idle":
                return time.monotonic() - begin, "".join(said)

    def check(self) -> float:
        took, said = self.run('check("02.1")')
        assert "accepted" in said, said
        return took

    def submit(self) -> float:
        begin = time.monotonic()
        done = self.call(
            "POST", f"{self.base}/assignments/submit?course_id={COURSE}&assignment_id={LESSON}", {}
        )
        assert done["success"], done
        return time.monotonic() - begin


def measure() -> Iterator[Row]:
    """Yield the rows of a class on one hub."""
    if missing() or not hub.programs():
        print(f"hub: left out. {missing() or 'jupyterhub or its proxy is not installed'}")
        return
    with machine(tuple(f"learner{number}x" for number in range(LEARNERS))) as people:
        course = tiny.copied(people.base / "course")
        port, token = hub.three_free_ports(), secrets.token_hex(16)
        names = [word for each in people.learners for word in ("--learner", each.name)]
        folder = hub.written(people, course, *names, "--port", str(port))
        with (folder / "jupyterhub_config.py").open("a") as config:
            config.write(SERVICE.format(token=token, at_once=AT_ONCE))
        released = people.teacher.autograde("release", LESSON, cwd=course)
        assert released.returncode == 0, released.stderr
        with hub.served(people, course, folder, port) as served, ThreadPoolExecutor(LEARNERS) as crowd:
            learners = [Learner(served, each, token) for each in people.learners]
            yield _row("a learner arrives", crowd.map(Learner.arrive, learners))
            idle = [_memory_mb(each.account.uid) for each in learners]
            yield _row("check, everybody at once, the first time", crowd.map(Learner.check, learners))
            yield _row("check, everybody at once, again", crowd.map(Learner.check, learners))
            yield _row("submit, everybody at once", crowd.map(Learner.submit, learners))
            busy = [_memory_mb(each.account.uid) for each in learners]
            lost = LEARNERS - _collected(course)
        yield Row(f"memory of an idle learner, of {LEARNERS}", tuple(idle), "MB")
        yield Row(f"memory after check and submit, of {LEARNERS}", tuple(busy), "MB")
        yield Row(f"submissions lost, of {LEARNERS}", (float(lost),), "", wanted=0)


def _collected(course: Path) -> int:
    """Return how many whole submissions come out of the exchange."""
    nbgrader = Nbgrader(course)
    refused = nbgrader.collect(LESSON)
    assert refused == [], refused
    made = course / ".course" / "submitted"
    return sum("4 * frequency" in path.read_text() for path in made.glob(f"*/{LESSON}/tones/melody.py"))


def _memory_mb(uid: int) -> float:
    """Return what an account's processes hold, what they share with others counted in parts."""
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if folder.stat().st_uid == uid:
                lines = (folder / "smaps_rollup").read_text().splitlines()
                total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        except OSError:
            continue
    return total / 1024


def _row(what: str, seconds: Iterator[float]) -> Row:
    return Row(f"{what}, of {LEARNERS}", tuple(seconds), "s")
