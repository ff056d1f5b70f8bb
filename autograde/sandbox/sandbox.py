"""The sandbox as the judge sees it: a session for each submission, answers or a `SubmissionFailure`."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn, Self

from autograde.call import Call, Remote
from autograde.errors import AutogradeError
from autograde.sandbox import box, libraries
from autograde.sandbox.failure import Frame, SandboxFailure, SubmissionFailure
from autograde.sandbox.frames import Closed, Kind
from autograde.sandbox.frames import Frame as WireFrame
from autograde.sandbox.level import BOX, LANDLOCK, LAYERS, Level, probe
from autograde.sandbox.libraries import Packages
from autograde.sandbox.limits import Limits
from autograde.sandbox.process import End, OutOfTime, TooMuchPrinted, Worker, Zygote
from autograde.verdict import Verdict
from autograde.wire import ProtocolError, TooLarge

__all__ = [
    "Frame",
    "Level",
    "Limits",
    "Packages",
    "Sandbox",
    "SandboxFailure",
    "Session",
    "SubmissionFailure",
]

PACKAGE = "attnlib"
HANDLES = 1000  # of one worker; the numbers of the next worker's begin behind them
MEMORY_DEATH = 0.5  # a worker that died having used this part of its memory died of it
MAX_MESSAGE = 2000
OUTCOMES = {
    "missing": Verdict.NOT_ATTEMPTED,
    "not_implemented": Verdict.NOT_ATTEMPTED,
    "memory": Verdict.MEMORY_LIMIT_EXCEEDED,
    "too_large": Verdict.OUTPUT_LIMIT_EXCEEDED,
    "error": Verdict.RUN_TIME_ERROR,
}


class Sandbox:
    """Owns one warm zygote for each kind of packages, and hands out sessions."""

    def __init__(
        self,
        limits: Limits = Limits(),
        unsafe: bool = False,
        *,
        layers: frozenset[str] | None = None,
        extra: tuple[Path, ...] = (),
    ) -> None:
        """`layers` and `extra` (more visible paths) are for the tests of the layers only."""
        found = probe()
        if found.level is Level.NONE and not unsafe:
            reasons = "; ".join(f"{layer.name}: {layer.reason}" for layer in found.missing)
            raise AutogradeError(f"sandbox: expected Landlock and seccomp, got none. {reasons}")
        self.level = found.level
        self.limits = limits
        self.layers = LAYERS[self.level] if layers is None else layers
        self._extra = extra
        self._zygotes: dict[Packages, Zygote] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def refuse_visible(self, secret: Path) -> None:
        """Raise if a worker could see `secret`. Without any wall everything is visible, as the user chose."""
        if BOX in self.layers:
            visible = [path for path, _ in box.mounts("triton", self._extra)]
        elif LANDLOCK in self.layers:
            visible = [Path(path) for path in libraries.readable_paths("triton", box.ENGINE)]
        else:
            return
        for path in visible:
            if secret.resolve().is_relative_to(path.resolve()):
                raise AutogradeError(
                    f"{secret}: expected a place that no submission can see, got one under {path}. Move the course."
                )

    def session(
        self,
        sources: Mapping[str, bytes],
        *,
        packages: Packages = "numpy",
        stand_ins: Mapping[str, str] | None = None,
    ) -> Session:
        """Return a session for one submission: path inside `attnlib` -> the file's bytes."""
        return Session(self, dict(sources), packages, dict(stand_ins or {}))

    def worker(self, packages: Packages, memory_bytes: int) -> Worker:
        """Start a locked-down worker; a zygote that has died is started once more."""
        try:
            return self._worker(packages, memory_bytes)
        except SandboxFailure:
            self._drop(packages)
            return self._worker(packages, memory_bytes)

    def _worker(self, packages: Packages, memory_bytes: int) -> Worker:
        zygote = self._zygotes.get(packages)
        if zygote is None or zygote.owner != os.getpid():
            zygote = self._zygotes[packages] = Zygote(packages, self.layers, self._extra)
        worker = Worker(zygote, self.limits, memory_bytes)
        held = worker.greet()
        if held | {BOX} != self.layers | {BOX}:
            worker.close()
            raise SandboxFailure(f"sandbox: expected {sorted(self.layers)}, got {sorted(held)}.")
        return worker

    def _drop(self, packages: Packages) -> None:
        zygote = self._zygotes.pop(packages, None)
        if zygote is not None:
            zygote.close()

    def close(self) -> None:
        """End all zygotes and with them whatever still runs."""
        for packages in list(self._zygotes):
            self._drop(packages)


class Session:
    """One submission. A worker starts at the first call, and again after a crash or a limit."""

    def __init__(
        self, sandbox: Sandbox, sources: dict[str, bytes], packages: Packages, stand_ins: dict[str, str]
    ) -> None:
        self._sandbox = sandbox
        self._limits = sandbox.limits
        self._sources = sources
        self._packages: Packages = packages
        self._stand_ins = stand_ins
        self._worker: Worker | None = None
        self._workers = 0
        self._used_s = 0.0
        self._imported: set[str] = set()
        self._broken: dict[str, SubmissionFailure] = {}
        self._last: SubmissionFailure | None = None
        self._log = bytearray()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def log(self) -> str:
        """What the submission has printed: its beginning, fit for a terminal and a page."""
        text = bytes(self._log + (self._worker.log if self._worker is not None else b""))
        return printable(text.decode("utf-8", "replace"))[: self._limits.log_bytes]

    def call(self, call: Call, *, memory_bytes: int | None = None, timeout_s: float | None = None) -> Any:
        """Return the result of one call.

        Args:
            call: the question.
            memory_bytes: run it in a new worker that has this much memory beyond its libraries.
            timeout_s: in place of the limit for one call.

        Raises:
            SubmissionFailure: the submission gave no answer.
            SandboxFailure: the sandbox failed, twice.
        """
        if memory_bytes is not None:
            with Session(self._sandbox, self._sources, self._packages, self._stand_ins) as alone:
                alone._used_s = self._used_s
                try:
                    alone._start(memory_bytes)
                    return alone.call(call, timeout_s=timeout_s)
                finally:
                    self._used_s = alone._used_s
                    self._log += alone.log.encode()
        worker = self._ready_worker()
        self._import(worker, call.target)
        question = (call.target, call.mode, call.args, dict(call.kwargs), dict(call.options))
        return self._ask(worker, Kind.CALL, question, call.target, timeout_s or self._limits.call_s)

    def close(self) -> None:
        """Kill and reap the worker."""
        if self._worker is not None:
            self._end(self._worker)

    def _ready_worker(self) -> Worker:
        if self._worker is not None:
            return self._worker
        if self._workers > self._limits.respawns and self._last is not None:
            again = f"{self._last.message} It ended {self._workers} times; the rest was not run."
            raise SubmissionFailure(self._last.verdict, again, self._last.error_type, self._last.frames)
        return self._start(self._limits.memory_bytes)

    def _start(self, memory_bytes: int) -> Worker:
        worker = self._worker = self._sandbox.worker(self._packages, memory_bytes)
        self._memory_bytes = memory_bytes
        self._imported.clear()
        load = {
            "sources": self._sources,
            "stand_ins": self._stand_ins,
            "first_handle": self._workers * HANDLES,
            "max_bytes": self._limits.output_bytes,
        }
        self._workers += 1
        self._ask(worker, Kind.LOAD, load, PACKAGE, self._limits.load_s)
        return worker

    def _import(self, worker: Worker, target: str) -> None:
        """Load the file of `target` under the limit for loading, once; a file that fails is not tried again."""
        module = target.rpartition(".")[0]
        if target.startswith("#") or module in self._imported:
            return
        if module in self._broken:
            raise self._broken[module]
        try:
            self._ask(worker, Kind.IMPORT, target, target, self._limits.load_s)
        except SubmissionFailure as failure:
            self._broken[module] = failure
            raise
        self._imported.add(module)

    def _ask(self, worker: Worker, kind: Kind, value: object, target: str, limit_s: float) -> Any:
        """Ask, and turn whatever happens into a value or a SubmissionFailure."""
        name = target.rpartition(".")[2] if kind is Kind.CALL else f"{PACKAGE}.{target.rpartition('.')[0]}"
        start = time.monotonic()
        limit_s = min(limit_s, max(self._limits.submission_s - self._used_s, 0.0))
        try:
            frame = worker.ask(kind, value, _handle, start + limit_s)
            if frame.kind == Kind.RESULT:
                return frame.value(fetch=Remote, tensors=self._packages != "numpy")
            failure = _reported(frame)
        except OutOfTime:
            self._fail(
                worker,
                Verdict.TIME_LIMIT_EXCEEDED,
                f"{name}: expected an answer within {limit_s:g} s, got none.",
            )
        except TooMuchPrinted:
            limit = self._limits.output_bytes
            self._fail(
                worker,
                Verdict.OUTPUT_LIMIT_EXCEEDED,
                f"{name}: expected at most {limit} bytes printed, got more.",
            )
        except TooLarge as error:
            self._fail(worker, Verdict.OUTPUT_LIMIT_EXCEEDED, f"{name}: {error}.")
        except ProtocolError as error:
            self._fail(
                worker, Verdict.RUN_TIME_ERROR, f"{name}: {error}. It did not come from a plain return."
            )
        except Closed:
            self._died(worker, name)
        finally:
            self._used_s += time.monotonic() - start
        raise failure

    def _fail(self, worker: Worker, verdict: Verdict, message: str) -> NoReturn:
        self._end(worker)
        self._last = SubmissionFailure(verdict, message)
        raise self._last

    def _died(self, worker: Worker, name: str) -> NoReturn:
        end = self._end(worker)
        verdict, how = Verdict.RUN_TIME_ERROR, _how(end)
        if end.memory_bytes - self._memory_bytes * MEMORY_DEATH > 0:
            verdict, how = Verdict.MEMORY_LIMIT_EXCEEDED, f"{how} at {end.memory_bytes >> 20} MiB"
        self._last = SubmissionFailure(
            verdict, f"{name}: expected an answer, got the end of its process ({how})."
        )
        raise self._last

    def _end(self, worker: Worker) -> End:
        self._worker = None
        try:
            return worker.close()
        finally:
            self._log += worker.log


def _handle(value: object) -> tuple[str, str]:
    if isinstance(value, Remote):
        return value.handle, value.type_name
    raise TypeError(f"argument: expected numbers, arrays, tensors or text, got {type(value).__name__}.")


def _how(end: End) -> str:
    return signal.Signals(end.signal).name if end.signal else f"exit status {end.exit}"


def _reported(frame: WireFrame) -> SubmissionFailure:
    """Return the failure that a worker describes; raises ProtocolError."""
    said = frame.value()
    try:
        verdict = OUTCOMES[said["outcome"]]
        kind, message = printable(said["type"])[:100], printable(said["message"])[:MAX_MESSAGE]
        frames = tuple(
            Frame(printable(file)[:200], int(line), printable(name)[:100])
            for file, line, name in said["frames"]
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ProtocolError("error: expected its description, got something else") from error
    if said["outcome"] == "error":
        message = f"{kind}: {message}"
    return SubmissionFailure(verdict, message, kind, frames)


def printable(text: str) -> str:
    """Return the text without characters that could steer a terminal; lines and tabs stay."""
    return "".join(c for c in text if c in "\n\t" or c.isprintable())
