"""How workers are launched and end: forked from a zygote, or each in a box of its own."""

from __future__ import annotations

import array
import json
import os
import signal
import socket
import subprocess
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, get_args

from autograde.limits import Limits, Loaded
from autograde.sandbox import box, libraries
from autograde.sandbox.channel import MAX_LAST_WORDS, Channel
from autograde.sandbox.deadline import Deadline, Meter, Usage
from autograde.sandbox.failure import SandboxFailure
from autograde.sandbox.inside.agreed import BOX, LOST, NAMESPACES, USER, WORKER_UID
from autograde.verdict import Verdict

MAX_MESSAGE_BYTES = 1 << 16
ZYGOTE_S = 120.0  # a zygote that loads torch on a busy machine
HELLO_S = 20.0
BOXED_HELLO_S = 120.0  # it loads torch, and perhaps wakes a driver and lets Triton build its launcher
END_S = 20.0
LAST_MOMENTS_S = 2.0
ZYGOTES, WORKERS = 1 << 15, 1 << 16  # on one machine, and of one zygote: so many users are kept apart
MEMORY_DEATH = 0.5  # a worker that died having used this part of its memory died of it


def _first_user(packages: Loaded) -> int:
    """Return the first user of a zygote's own: no worker of another zygote is the same user."""
    kinds = get_args(Loaded)
    zygote = os.getpid() * len(kinds) + kinds.index(packages)
    return WORKER_UID + zygote % ZYGOTES * WORKERS


@dataclass(frozen=True)
class End:
    """How a worker ended, and what it had had, as the kernel said when it was reaped.

    Args:
        exit: its exit status.
        signal: what ended it, or 0.
        memory_bytes: the most memory that it held at once; 0 where nobody knows.
        cpu_s: seconds of all its threads on the processors; likewise.
    """

    exit: int
    signal: int
    memory_bytes: int = 0
    cpu_s: float = 0.0


class Worker(Protocol):
    """One process that runs a submission, however it was launched."""

    channel: Channel
    hello: dict[str, Any]

    def used(self) -> Usage:
        """Return what it has had of the processors."""

    def end(self) -> End:
        """Kill and reap it; its pipes are closed whatever happens."""

    def idle(self) -> End:
        """Return the end of one like it that was never asked anything."""

    def describe(self, end: End, memory_bytes: int) -> tuple[Verdict, str]:
        """Return verdict and message for one with `memory_bytes` that has ended by itself."""


class Zygote:
    """One process with libraries loaded, in its box; forks workers."""

    def __init__(self, packages: Loaded, layers: frozenset[str], extra: tuple[Path, ...] = ()) -> None:
        self.packages = packages
        self.layers = layers
        self.owner = os.getpid()
        self._lock = threading.Lock()
        self._words = ""
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = self._start(theirs, extra)
        self._control.settimeout(ZYGOTE_S)
        hello, _ = self._receive()
        self.resident_bytes = int(hello["resident_bytes"])
        self.idle: End | None = None

    def _start(self, control: socket.socket, extra: tuple[Path, ...]) -> subprocess.Popen[bytes]:
        boxed = BOX in self.layers
        engine = box.ENGINE_INSIDE if boxed else box.ENGINE
        settings = {
            "control": control.fileno(),
            "packages": self.packages,
            "layers": sorted(self.layers),
            "readable": libraries.readable_paths(self.packages, engine),
            "user": _first_user(self.packages) if USER in self.layers and os.geteuid() == 0 else None,
        }
        command = box.arguments(self.packages, NAMESPACES in self.layers, extra) if boxed else []
        return subprocess.Popen(
            [*command, *box.program("zygote", engine, self.packages, settings)],
            env=box.ENVIRONMENT | box.NO_GPU | box.TRITON.get(self.packages, {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            pass_fds=[control.fileno()],
        )

    def _receive(self) -> tuple[dict[str, Any], list[int]]:
        descriptors = array.array("i")
        try:
            message, ancillary, _, _ = self._control.recvmsg(
                MAX_MESSAGE_BYTES, socket.CMSG_SPACE(descriptors.itemsize)
            )
        except OSError as error:
            raise self._gone(str(error)) from error
        if not message:
            raise self._gone("it ended")
        for _, _, data in ancillary:
            descriptors.frombytes(data)
        return json.loads(message), list(descriptors)

    def _gone(self, reason: str) -> SandboxFailure:
        self._process.kill()
        self._finish()
        return SandboxFailure(
            f"sandbox: expected a running zygote, got none ({reason}). {self._words}".rstrip()
        )

    def _finish(self) -> None:
        """Wait for the end and keep the last words."""
        if self._process.stderr is not None and not self._process.stderr.closed:
            _, said = self._process.communicate(timeout=HELLO_S)
            self._words = said.decode(errors="replace").strip()[-MAX_LAST_WORDS:]

    def ask(
        self, request: Mapping[str, object], pipes: tuple[int, ...] = ()
    ) -> tuple[dict[str, Any], list[int]]:
        """Send one request and return the reply with the descriptors that came along.

        Raises:
            SandboxFailure: the zygote is gone.
        """
        ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", pipes))] if pipes else []
        with self._lock:
            try:
                self._control.sendmsg([json.dumps(request).encode()], ancillary)
            except OSError as error:
                raise self._gone(str(error)) from error
            return self._receive()

    def close(self) -> None:
        """Hang up, wait for the end; in a process that inherited the zygote by a fork, only hang up."""
        self._control.close()
        if self.owner != os.getpid():
            return
        try:
            self._finish()
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._finish()


class Forked:
    """A worker that a zygote has forked and that has locked itself down."""

    def __init__(self, zygote: Zygote, limits: Limits, memory_bytes: int, banned: Sequence[str] = ()) -> None:
        self._zygote = zygote
        self._limits = limits
        self.channel = Channel(limits)
        request = {"do": "spawn", "memory_bytes": memory_bytes, "cpu_s": _cpu_s(limits), "banned": banned}
        try:
            reply, (self._process,) = zygote.ask(request, self.channel.theirs)
        except SandboxFailure:
            self.channel.close()
            raise
        finally:
            self.channel.handed_over()
        self.pid = int(reply["pid"])
        self._meter = Meter(_number_of(self._process))
        try:
            self.hello = self.channel.greeting(Deadline(HELLO_S))
        except SandboxFailure:
            self.end()
            raise

    def used(self) -> Usage:
        """Return what it has had of the processors."""
        return self._meter.used()

    def idle(self) -> End:
        """Return the end of one like it that was never asked anything; measured once for a zygote."""
        if self._zygote.idle is None:
            self._zygote.idle = Forked(self._zygote, self._limits, self._limits.memory_bytes).end()
        return self._zygote.idle

    def describe(self, end: End, memory_bytes: int) -> tuple[Verdict, str]:
        """Return verdict and message for one with `memory_bytes` that has ended by itself."""
        full = end.memory_bytes - self._zygote.resident_bytes > memory_bytes * MEMORY_DEATH
        verdict = Verdict.MEMORY_LIMIT_EXCEEDED if full else Verdict.RUN_TIME_ERROR
        return verdict, _ended(end)

    def end(self) -> End:
        """Kill and reap it; its pipes are closed whatever happens."""
        with suppress(ProcessLookupError):  # it may have ended by itself
            signal.pidfd_send_signal(self._process, signal.SIGKILL)
        try:
            return End(**self._zygote.ask({"do": "reap", "pid": self.pid})[0])
        finally:
            os.close(self._process)
            self._meter.close()
            self.channel.close()


class Boxed:
    """A worker that is a process of its own in a box of its own, for what cannot be forked or locked down.

    Args:
        module: the program, a module of `autograde.sandbox.inside`.
        packages: what its box shows.
        limits: what it may use.
        settings: what the program is told beside the numbers of its pipes.
        options: further options for bubblewrap.
        extra: further files that the box shows.
        environment: in place of the usual one.
    """

    def __init__(
        self,
        module: str,
        packages: Loaded,
        limits: Limits,
        settings: Mapping[str, object],
        *,
        options: Sequence[str] = (),
        extra: tuple[Path, ...] = (),
        environment: Mapping[str, str] = box.ENVIRONMENT,
    ) -> None:
        self.channel = Channel(limits)
        questions, answers, log = self.channel.theirs
        told = {"pipes": (questions, answers), "cpu_s": _cpu_s(limits), **settings}
        command = [*box.arguments(packages, namespaces=False, extra=extra), *options]
        try:
            self._process = subprocess.Popen(
                [*command, *box.program(module, box.ENGINE_INSIDE, packages, told)],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=self.channel.theirs,
            )
        except OSError as error:
            self.channel.close()
            raise SandboxFailure(f"sandbox: expected bubblewrap to start, got {error}.") from error
        finally:
            self.channel.handed_over()
        self.pid = self._process.pid
        try:
            self.hello = self.channel.greeting(Deadline(BOXED_HELLO_S))
        except SandboxFailure:
            self.end()
            raise

    def used(self) -> Usage:
        """Return nothing: what runs below the box cannot be told from the box here."""
        return Usage()

    def idle(self) -> End:
        """Return nothing, likewise."""
        return End(exit=0, signal=0)

    def describe(self, end: End, memory_bytes: int) -> tuple[Verdict, str]:
        """Return verdict and message for one that has ended by itself, perhaps because its GPU has."""
        if end.exit != LOST:
            return Verdict.RUN_TIME_ERROR, _ended(end)
        said = self.channel.log.decode("utf-8", "replace").strip().splitlines()[-1:]
        reason = f"the GPU stopped ({' '.join(said)[:200]}). Does a load or a store lack its mask?"
        return Verdict.RUN_TIME_ERROR, f"expected an answer, got none: {reason}"

    def end(self) -> End:
        """Kill and reap it; one that is ending by itself may say how. Its pipes are closed in any case."""
        try:
            if self.channel.hung_up:
                with suppress(subprocess.TimeoutExpired):
                    self._process.wait(LAST_MOMENTS_S)
            self._process.kill()
            status = self._process.wait(END_S)
        except subprocess.TimeoutExpired as error:
            raise SandboxFailure("sandbox: expected the end of a killed process, got none.") from error
        finally:
            self.channel.close()
        return End(exit=max(status, 0), signal=max(-status, 0))


def _number_of(process: int) -> int:
    """Return the number that a process has in this process's own namespace, by its descriptor."""
    lines = Path(f"/proc/self/fdinfo/{process}").read_text().splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("Pid:")), 0)


def _cpu_s(limits: Limits) -> int:
    """Return the processor seconds that a worker may use: all its wall time."""
    return int(limits.submission_s + limits.load_s) + 1


def _ended(end: End) -> str:
    how = signal.Signals(end.signal).name if end.signal else f"exit status {end.exit}"
    cause = " Most often an index has left its array." if end.signal == signal.SIGSEGV else ""
    return f"expected an answer, got the end of its process ({how}).{cause}"
