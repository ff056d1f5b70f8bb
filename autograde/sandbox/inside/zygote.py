"""The process inside the box from which workers are forked: libraries loaded, one thread, no secret.

It answers one request after the other on a socket: `spawn` forks a worker that locks itself down,
`reap` waits for a worker that has ended. It never runs a line of a submission.
"""

from __future__ import annotations

import array
import gc
import io
import json
import os
import signal
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from autograde.sandbox.inside import deny, kernel, lockdown, preload, seccomp, worker
from autograde.sandbox.inside.agreed import LANDLOCK, LOCKED_OUT, NAMESPACES, SECCOMP
from autograde.sandbox.inside.frames import Kind, pack, write_frame

MAX_REQUEST_BYTES = 1 << 16


def main() -> None:
    """Serve until the judge hangs up; the only argument is a JSON object."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    settings = json.loads(sys.argv[1])
    control = socket.socket(fileno=settings["control"])
    _print_anything()
    gc.disable()  # all of this stays
    preload.load(settings["packages"])
    gc.collect()
    gc.freeze()
    gc.enable()
    kernel.use_large_pages()
    rules = _rules(settings)
    own_processes = os.open("/proc/self/ns/pid", os.O_RDONLY) if NAMESPACES in rules.layers else None
    control.send(json.dumps({"resident_bytes": _status("VmRSS") << 10}).encode())
    count = 0
    while True:
        request, pipes = _receive(control)
        if request is None:
            return
        if request["do"] == "reap":
            control.send(json.dumps(_reap(request["pid"])).encode())
            continue
        count += 1
        user = settings["user"] + count if settings["user"] is not None else None
        deny.prepared(tuple(request["banned"]))
        order = lockdown.Order(request["memory_bytes"], request["cpu_s"], user)
        _spawn(control, pipes, rules, order, own_processes)


def _print_anything() -> None:
    """Let workers print half a character, as a notebook does; a locked worker can no longer change that."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _rules(settings: Mapping[str, Any]) -> lockdown.Rules:
    layers = frozenset(settings["layers"])
    readable = [path for path in settings["readable"] if Path(path).exists()]
    return lockdown.Rules(
        layers=layers,
        base_bytes=_status("VmSize") << 10,
        landlock=kernel.landlock_ruleset(readable) if LANDLOCK in layers else None,
        seccomp=seccomp.program() if SECCOMP in layers else None,
    )


def _status(name: str) -> int:
    """Return one number of /proc/self/status."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def _receive(control: socket.socket) -> tuple[dict[str, Any] | None, tuple[int, ...]]:
    """Return the next request and its pipes, or None when the judge has hung up."""
    pipes = array.array("i")
    message, ancillary, _, _ = control.recvmsg(MAX_REQUEST_BYTES, socket.CMSG_SPACE(3 * pipes.itemsize))
    for _, _, data in ancillary:
        pipes.frombytes(data)
    return (json.loads(message) if message else None), tuple(pipes)


def _reap(pid: int) -> dict[str, float]:
    """Wait for a worker that was killed or has ended, and return what the kernel says of it.

    A worker that is gone already is no fault.
    """
    try:
        _, status, usage = os.wait4(pid, 0)
    except ChildProcessError:
        return {"exit": 0, "signal": 0, "memory_bytes": 0, "cpu_s": 0.0}
    killed = os.WIFSIGNALED(status)
    return {
        "exit": 0 if killed else os.WEXITSTATUS(status),
        "signal": os.WTERMSIG(status) if killed else 0,
        "memory_bytes": usage.ru_maxrss << 10,
        "cpu_s": usage.ru_utime + usage.ru_stime,
    }


def _spawn(
    control: socket.socket,
    pipes: tuple[int, ...],
    rules: lockdown.Rules,
    order: lockdown.Order,
    own_processes: int | None,
) -> None:
    if _status("Threads") != 1:
        raise RuntimeError("zygote: expected one thread before a fork, got more")
    if own_processes is not None:
        kernel.unshare(kernel.CLONE_NEWPID)
    pid = os.fork()
    if pid == 0:
        _become_worker(pipes, rules, order)
    if own_processes is not None:
        kernel.setns(own_processes, kernel.CLONE_NEWPID)
    for pipe in pipes:
        os.close(pipe)
    handle = os.pidfd_open(pid)
    descriptors = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [handle]))]
    control.sendmsg([json.dumps({"pid": pid}).encode()], descriptors)
    os.close(handle)


def _become_worker(pipes: tuple[int, ...], rules: lockdown.Rules, order: lockdown.Order) -> NoReturn:
    """Lock this process down, say so, and serve; it never returns to the zygote's code."""
    try:
        questions, answers, log = pipes
        try:
            hello: dict[str, Any] = {"layers": lockdown.lock_down((questions, answers, log), rules, order)}
        except OSError as error:
            hello = {"error": str(error)}
        write_frame(lockdown.ANSWERS, pack(Kind.HELLO, 0, hello))
        if "error" not in hello:
            worker.serve(lockdown.QUESTIONS, lockdown.ANSWERS)
    finally:
        os._exit(LOCKED_OUT)
