"""The judge's side of a zygote and of a worker: starting, asking, waiting, killing."""

from __future__ import annotations

import array
import json
import os
import secrets
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from autograde.sandbox import box, libraries
from autograde.sandbox.failure import SandboxFailure
from autograde.sandbox.inside.frames import Closed, Frame, Kind, pack, read_frame, write_frame
from autograde.sandbox.level import BOX, NAMESPACES, USER
from autograde.sandbox.libraries import Packages
from autograde.sandbox.limits import Limits
from autograde.verdict import Verdict
from autograde.wire import Keep, ProtocolError, TooLarge, WireError

F_SETPIPE_SZ = 1031
PIPE_BYTES = 1 << 20
MAX_MESSAGE_BYTES = 1 << 16
START_S = 120.0  # a zygote that loads torch on a busy machine
HELLO_S = 20.0
READ_BYTES = 1 << 16
MAX_LAST_WORDS = 500
MEMORY_DEATH = 0.5  # a worker that died having used this part of its memory died of it
START = "import sys; sys.path.insert(0, sys.argv.pop(1)); from autograde.sandbox.inside.zygote import main; main()"


class OutOfTime(Exception):
    """The deadline has passed."""


class TooMuchPrinted(Exception):
    """The submission has printed more than it may."""


@dataclass(frozen=True)
class End:
    """How a worker ended."""

    exit: int
    signal: int
    memory_bytes: int


class Zygote:
    """One process with libraries loaded, in its box; forks workers."""

    def __init__(self, packages: Packages, layers: frozenset[str], extra: tuple[Path, ...] = ()) -> None:
        self.packages = packages
        self.layers = layers
        self.owner = os.getpid()
        self._lock = threading.Lock()
        self._words = ""
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = self._start(theirs, extra)
        self._control.settimeout(START_S)
        hello, _ = self._receive()
        self.resident_bytes = int(hello["resident_bytes"])

    def _start(self, control: socket.socket, extra: tuple[Path, ...]) -> subprocess.Popen[bytes]:
        boxed = BOX in self.layers
        engine = box.ENGINE_INSIDE if boxed else box.ENGINE
        settings = {
            "control": control.fileno(),
            "packages": self.packages,
            "layers": sorted(self.layers),
            "readable": libraries.readable_paths(self.packages, engine),
            "user": box.WORKER_UID if USER in self.layers and os.geteuid() == 0 else None,
        }
        command = box.arguments(self.packages, NAMESPACES in self.layers, extra) if boxed else []
        command += [sys.executable, "-I", "-B", "-c", START, str(engine.parent), json.dumps(settings)]
        triton = {"TRITON_INTERPRET": "1"} if self.packages == "triton" else {}
        return subprocess.Popen(
            command,
            env=box.ENVIRONMENT | triton,
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


class Worker:
    """One locked-down process and the pipes to it."""

    hello_s = HELLO_S
    resident_bytes = 0
    """What it holds before it sees a submission."""

    def __init__(self, zygote: Zygote, limits: Limits, memory_bytes: int) -> None:
        self.zygote = zygote
        self.resident_bytes = zygote.resident_bytes
        pipes = self._open(limits)
        cpu_s = int(limits.submission_s + limits.load_s) + 1
        request = {"do": "spawn", "memory_bytes": memory_bytes, "cpu_s": cpu_s}
        for pipe in (self._questions, self._answers):
            _enlarge(pipe)
        try:
            reply, descriptors = zygote.ask(request, pipes)
        except SandboxFailure:
            _close(self._questions, self._answers, self._log)
            raise
        finally:
            _close(*pipes)
        self.pid = int(reply["pid"])
        self._process = descriptors[0]
        self._listen()

    def _open(self, limits: Limits) -> tuple[int, int, int]:
        """Open the pipes; return the worker's ends of those for questions, answers and what it prints."""
        self.limits = limits
        self.printed_bytes = 0
        self.log = bytearray()
        theirs_in, self._questions = os.pipe2(os.O_CLOEXEC)
        self._answers, theirs_out = os.pipe2(os.O_CLOEXEC)
        self._log, theirs_log = os.pipe2(os.O_CLOEXEC)
        os.set_blocking(self._questions, False)
        os.set_blocking(self._log, False)
        return theirs_in, theirs_out, theirs_log

    def _listen(self) -> None:
        self._reading = select.poll()
        self._reading.register(self._answers, select.POLLIN)
        self._writing = select.poll()
        self._writing.register(self._questions, select.POLLOUT)
        self._writing.register(self._answers, select.POLLIN)
        for poll in (self._reading, self._writing):
            poll.register(self._log, select.POLLIN)

    def greet(self) -> frozenset[str]:
        """Return the layers that hold; raises SandboxFailure where the worker was not locked down."""
        try:
            frame = self._read(time.monotonic() + self.hello_s)
            self.hello: dict[str, Any] = frame.value()
        except (Closed, OutOfTime, WireError) as error:
            said = bytes(self.log[-MAX_LAST_WORDS:]).decode("utf-8", "replace").strip()
            problem = f"sandbox: expected a worker, got {type(error).__name__}. {said}".rstrip()
            raise SandboxFailure(problem) from error
        if "error" in self.hello:
            raise SandboxFailure(f"sandbox: expected a locked worker, got {self.hello['error']}.")
        return frozenset(self.hello["layers"])

    def ask(self, kind: Kind, value: object, keep: Keep, deadline: float) -> Frame:
        """Ask one question and return the frame of the answer.

        Raises:
            Closed, OutOfTime, TooMuchPrinted, ProtocolError, TooLarge: what the worker did instead.
        """
        self._expect_silence()
        sequence = secrets.randbits(63)
        try:
            frame = pack(kind, sequence, value, keep)
        except TooLarge as error:
            raise ValueError(f"argument: {error}") from error
        write_frame(self._questions, frame, partial(self._wait, self._writing, deadline))
        answer = self._read(deadline)
        if answer.kind not in (Kind.RESULT, Kind.ERROR) or answer.sequence != sequence:
            raise ProtocolError("answer: expected one to this question, got another")
        return answer

    def _read(self, deadline: float) -> Frame:
        ready = partial(self._wait, self._reading, deadline)
        return read_frame(self._answers, self.limits.output_bytes, ready)

    def _expect_silence(self) -> None:
        """Raise unless the pipe of answers is open and empty."""
        event = dict(self._reading.poll(0)).get(self._answers, 0)
        if event & select.POLLIN:
            raise ProtocolError("answer: expected none before the question, got one")
        if event:
            raise Closed("the worker has ended")

    def _wait(self, poll: select.poll, deadline: float, wanted: int) -> None:
        """Return when `wanted` is ready; read what is printed meanwhile."""
        while True:
            rest = deadline - time.monotonic()
            if rest <= 0:
                raise OutOfTime
            events = dict(poll.poll(rest * 1000))
            if self._log in events:
                self._read_log()
            if wanted in events:
                return
            if self._answers in events:
                raise ProtocolError("answer: expected none before the question is complete, got one")

    def _read_log(self) -> None:
        if not self._keep_printed(READ_BYTES):
            self._reading.unregister(self._log)
            self._writing.unregister(self._log)
        if self.printed_bytes > self.limits.output_bytes:
            raise TooMuchPrinted

    def _keep_printed(self, most: int) -> bool:
        """Read what was printed, keep its beginning; return False at the end of the pipe."""
        try:
            text = os.read(self._log, most)
        except BlockingIOError:
            return True
        self.log += text[: self.limits.log_bytes - len(self.log)]
        self.printed_bytes += len(text)
        return bool(text)

    def describe(self, end: End, memory_bytes: int) -> tuple[Verdict, str]:
        """Return verdict and message for a worker with `memory_bytes` that has ended by itself."""
        how = signal.Signals(end.signal).name if end.signal else f"exit status {end.exit}"
        full = end.memory_bytes - self.resident_bytes > memory_bytes * MEMORY_DEATH
        verdict = Verdict.MEMORY_LIMIT_EXCEEDED if full else Verdict.RUN_TIME_ERROR
        return verdict, f"expected an answer, got the end of its process ({how})."

    def close(self) -> End:
        """Kill, reap, and keep the rest of the log; the pipes are closed whatever happens."""
        with suppress(ProcessLookupError):  # it may have ended by itself
            signal.pidfd_send_signal(self._process, signal.SIGKILL)
        try:
            end, _ = self.zygote.ask({"do": "reap", "pid": self.pid})
            self._keep_printed(PIPE_BYTES)
        finally:
            _close(self._questions, self._answers, self._log, self._process)
        return End(**end)


def _enlarge(pipe: int) -> None:
    import fcntl

    with suppress(OSError):  # a user with many pipes gets small ones: slower, not wrong
        fcntl.fcntl(pipe, F_SETPIPE_SZ, PIPE_BYTES)


def _close(*descriptors: int) -> None:
    for descriptor in descriptors:
        os.close(descriptor)
