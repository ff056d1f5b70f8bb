"""One submission in the sandbox: calls in, values or a `SubmissionFailure` out."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from autograde.call import Call, Remote
from autograde.sandbox.compile_box import compile_call
from autograde.sandbox.failure import SandboxFailure, SubmissionFailure
from autograde.sandbox.inside.frames import Closed, Kind
from autograde.sandbox.libraries import Packages
from autograde.sandbox.limits import Limits
from autograde.sandbox.process import End, OutOfTime, TooMuchPrinted, Worker
from autograde.sandbox.reported import printable, reported
from autograde.verdict import Verdict
from autograde.wire import ProtocolError, TooLarge

PACKAGE = "attnlib"
HANDLES = 1000  # of one worker; the numbers of the next worker's begin behind them


@dataclass(frozen=True)
class Submission:
    """What a worker is given: the files of `attnlib`, and functions that stand in for some of its own."""

    sources: Mapping[str, bytes]
    packages: Packages
    stand_ins: Mapping[str, str]


class Session:
    """One submission. A worker starts at the first call, and again after a crash or a limit.

    Args:
        submission: what runs.
        limits: what it may use.
        start: returns a locked-down worker, given the packages and the bytes of memory.
    """

    def __init__(
        self, submission: Submission, limits: Limits, start: Callable[[Packages, int], Worker]
    ) -> None:
        self._submission = submission
        self._limits = limits
        self._start_worker = start
        self._worker: Worker | None = None
        self._memory_bytes = limits.memory_bytes
        self._workers = 0
        self._respawns = 0
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
        return printable(text[: self._limits.log_bytes].decode("utf-8", "replace"))

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
        if call.mode == "compile":  # takes what no worker may: processes and files
            return compile_call(self._submission.sources, call, self._submission.stand_ins)
        memory_bytes = call.memory_bytes if memory_bytes is None else memory_bytes
        if timeout_s is None and call.timeout_s is not None:
            timeout_s = call.timeout_s * self._limits.patience
        timeout_s = self._limits.call_s if timeout_s is None else timeout_s
        perform = self._call if memory_bytes is None else self._call_alone
        try:
            return perform(call, timeout_s, memory_bytes or self._limits.memory_bytes)
        except SandboxFailure:
            self._worker = None  # it died with its zygote, which was not its fault
            return perform(call, timeout_s, memory_bytes or self._limits.memory_bytes)

    @property
    def ended(self) -> bool:
        """Whether a worker came to its end by a crash or at a limit since the last `renew`."""
        return self._last is not None

    def renew(self) -> None:
        """Forget earlier crashes, for the next exercise: one bad function does not cost the others.

        The time of all calls together goes on counting.
        """
        self._respawns, self._last = int(self._worker is not None), None

    def close(self) -> None:
        """Kill and reap the worker. Where its zygote has died, it is gone already."""
        if self._worker is not None:
            with suppress(SandboxFailure):
                self._end(self._worker)

    def _call(self, call: Call, timeout_s: float, memory_bytes: int) -> Any:
        if self._worker is None:
            self._start(memory_bytes)
        self._import(call.target)
        question = (call.target, call.mode, call.args, dict(call.kwargs), dict(call.options))
        return self._ask(Kind.CALL, question, call.target.rpartition(".")[2], timeout_s)

    def _call_alone(self, call: Call, timeout_s: float, memory_bytes: int) -> Any:
        """Use a worker of its own: what was allocated before does not count, what is kept is not there."""
        with Session(self._submission, self._limits, self._start_worker) as alone:
            alone._used_s, alone._broken = self._used_s, self._broken
            try:
                return alone._call(call, timeout_s, memory_bytes)
            finally:
                self._used_s = alone._used_s
                self._log += alone.log.encode()

    def _start(self, memory_bytes: int) -> None:
        if self._respawns > self._limits.respawns and self._last is not None:
            again = f"{self._last.message} It ended {self._respawns} times; the rest was not run."
            raise SubmissionFailure(self._last.verdict, again)
        self._worker = self._start_worker(self._submission.packages, memory_bytes)
        self._memory_bytes = memory_bytes
        self._imported.clear()
        load = {
            "sources": dict(self._submission.sources),
            "stand_ins": dict(self._submission.stand_ins),
            "first_handle": self._workers * HANDLES,
            "max_bytes": self._limits.output_bytes,
        }
        self._workers += 1
        self._respawns += 1
        self._ask(Kind.LOAD, load, PACKAGE, self._limits.load_s)

    def _import(self, target: str) -> None:
        """Load the file of `target` under its own limit, once; a file that fails is not tried again."""
        module = target.rpartition(".")[0]
        if target.startswith("#") or module in self._imported:
            return
        if module in self._broken:
            raise self._broken[module].with_traceback(None)
        try:
            self._ask(Kind.IMPORT, target, f"{PACKAGE}.{module}", self._limits.load_s)
        except SubmissionFailure as failure:
            self._broken[module] = failure
            raise
        self._imported.add(module)

    def _ask(self, kind: Kind, value: object, name: str, limit_s: float) -> Any:
        """Ask, and turn whatever happens into a value or a SubmissionFailure."""
        worker = self._worker
        if worker is None:
            raise SandboxFailure(f"{name}: expected a worker, got none.")
        start = time.monotonic()
        rest_s = self._limits.submission_s - self._used_s
        try:
            frame = worker.ask(kind, value, _handle, start + min(limit_s, rest_s))
            if frame.kind == Kind.RESULT:
                return frame.value(fetch=Remote, tensors=self._submission.packages != "numpy")
            failure = reported(frame, name, self._memory_bytes)
        except (OutOfTime, TooMuchPrinted, TooLarge, ProtocolError, Closed) as error:
            verdict, message = self._explain(error, self._end(worker), worker, limit_s, rest_s)
            failure = self._last = SubmissionFailure(verdict, f"{name}: {message}")
        finally:
            self._used_s += time.monotonic() - start
        raise failure

    def _explain(
        self, error: Exception, end: End, worker: Worker, limit_s: float, rest_s: float
    ) -> tuple[Verdict, str]:
        """Return verdict and message for a worker that was ended or has ended."""
        if isinstance(error, OutOfTime):
            whole = f"at most {self._limits.submission_s:g} s for all calls together"
            wanted = f"an answer within {limit_s:g} s" if limit_s <= rest_s else whole
            return Verdict.TIME_LIMIT_EXCEEDED, f"expected {wanted}, got none."
        if isinstance(error, TooMuchPrinted):
            limit = self._limits.output_bytes
            return Verdict.OUTPUT_LIMIT_EXCEEDED, f"expected at most {limit} bytes printed, got more."
        if isinstance(error, TooLarge):
            return Verdict.OUTPUT_LIMIT_EXCEEDED, f"{error}."
        if isinstance(error, ProtocolError):
            return Verdict.RUN_TIME_ERROR, f"{error}. The value was not plainly returned."
        return worker.describe(end, self._memory_bytes)

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
