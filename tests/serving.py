"""A server for a test: on a port that is free, waited for until it answers, ended with the test."""

from __future__ import annotations

import socket
import subprocess
import time
import urllib.error
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

START_S = 180


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def running(
    command: Sequence[str],
    answers: Callable[[], object],
    log: Path,
    env: Mapping[str, str],
    cwd: Path | None = None,
) -> Iterator[None]:
    """Run a server; `answers` says whether it answers, and may raise what urllib raises while it does not."""
    with log.open("w") as file:
        server = subprocess.Popen(command, cwd=cwd, env=env, stdout=file, stderr=file)
    try:
        _wait_until(answers, server, log)
        yield
    finally:
        _end(server)


def _end(server: subprocess.Popen[bytes]) -> None:
    """End a server; Jupyter's does not heed the signal while a kernel is starting."""
    server.terminate()
    try:
        server.wait(30)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _wait_until(answers: Callable[[], object], server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end and server.poll() is None:
        try:
            if answers():
                return
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.3)
    pytest.fail(f"the server did not start:\n{log.read_text()}")
