"""One submission in the sandbox: calls in, values or a `SubmissionFailure` out."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import takewhile
from types import TracebackType
from typing import Any, Self

from autograde.call import Call, Remote, Target, instrument
from autograde.instruments.place import Place
from autograde.limits import Limits, Loaded
from autograde.sandbox import compile_box
from autograde.sandbox.channel import OutOfTime, TooMuchPrinted
from autograde.sandbox.deadline import CpuDeadline, Deadline
from autograde.sandbox.failure import SandboxFailure, SubmissionFailure
from autograde.sandbox.inside.frames import Closed, Kind
from autograde.sandbox.inside.load import Load
from autograde.sandbox.process import End, Worker
from autograde.sandbox.reported import reported
from autograde.verdict import Verdict
from autograde.wire import ProtocolError, TooLarge
from autograde.wording import printable

HANDLES = 1000  # of one worker; the numbers of the next worker's begin behind them

Start = Callable[[Loaded, int], Worker]  # returns a locked-down worker with so many bytes of memory


@dataclass
class Clock:
    """The seconds that a submission has used, in all its sessions and boxes together."""

    used_s: float = 0.0


class Session:
    """One submission. A worker starts at the first call, and again after a crash or a limit.

    Args:
        load: what runs.
        packages: what it may import.
        limits: what it may use.
        start: starts a worker.
        clock: shared by all sessions of a submission.
    """

    def __init__(self, load: Load, packages: Loaded, limits: Limits, start: Start, clock: Clock) -> None:
        self._load = replace(load, max_bytes=limits.output_bytes)
        self._packages: Loaded = packages
        self._limits = limits
        self._start_worker = start
        self._clock = clock
        self._worker: Worker | None = None
        self._memory_bytes = limits.memory_bytes
        self._workers = 0
        self._respawns = 0
        self._imported: set[str] = set()
        self._broken: dict[str, SubmissionFailure] = {}
        self._last: SubmissionFailure | None = None
        self._coming: deque[Call] = deque()  # questions that will be asked in this order
        self._sent: deque[tuple[Call, int]] = deque()  # the first of them, with their sequence numbers
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
        text = bytes(self._log + (self._worker.channel.log if self._worker is not None else b""))
        return printable(text[: self._limits.log_bytes].decode("utf-8", "replace"))

    def call(self, call: Call) -> Any:
        """Return the result of one call.

        Raises:
            SubmissionFailure: the submission gave no answer.
            CannotBeAsked: an argument does not travel.
            SandboxFailure: the sandbox failed, twice.
        """
        if self._rest_s <= 0:  # nothing is started for an answer that there is no time for
            raise SubmissionFailure(Verdict.TIME_LIMIT_EXCEEDED, f"{call.target.name}: {self._too_long}")
        observer = instrument(call.mode)
        if observer is not None and observer.PLACE is Place.COMPILER:
            return self._compile(call)
        perform = self._call
        if observer is not None and observer.PLACE is Place.ALONE:
            perform = self._measure
        elif call.memory_bytes is not None or call.cpu_s is not None:
            perform = self._call_alone
        try:
            return perform(call)
        except SandboxFailure:
            self._worker = None  # it died with its zygote, which was not its fault
            self._sent.clear()
            return perform(call)

    def ahead(self, calls: Sequence[Call]) -> None:
        """Send questions that `call` will ask in this order: the worker need not wait for each of them.

        It changes no answer and no limit. As many are sent as the pipe holds, and more once these are
        answered; what cannot be sent ahead is sent in its turn.
        """
        self._coming = deque(calls)
        self._send_ahead()

    def _send_ahead(self) -> None:
        worker = self._worker
        if worker is None or self._sent or not self._coming:
            return
        calls = [*takewhile(self._may_go_ahead, self._coming)]
        with suppress(Closed, ProtocolError):  # that is said when the first of them is asked
            for sequence in worker.channel.send(Kind.CALL, [*map(_question, calls)], _handle):
                self._sent.append((self._coming.popleft(), sequence))

    def _may_go_ahead(self, call: Call) -> bool:
        imported = call.target.kept or call.target.holder in self._imported
        return imported and call.plain

    def _read_the_rest(self) -> None:
        """Read the answers that nobody asks for any more: the check has seen enough."""
        while self._sent:
            with suppress(SubmissionFailure):
                self._read_next()

    def _read_next(self) -> Any:
        """Return the answer to the first of the questions that were sent ahead."""
        call, sequence = self._sent.popleft()
        return self._ask(Kind.CALL, None, call.target.name, self._limits.call_s, sent=sequence)

    @property
    def _rest_s(self) -> float:
        return self._limits.submission_s - self._clock.used_s

    @property
    def _too_long(self) -> str:
        return f"expected at most {self._limits.submission_s:g} s for all calls together, got more."

    @property
    def ended(self) -> bool:
        """Whether a worker came to its end by a crash or at a limit since the last `renew`."""
        return self._last is not None

    def renew(self) -> None:
        """Forget earlier crashes, for the next exercise: one bad function does not cost the others.

        The time of all calls together goes on counting.
        """
        if self._worker is not None and self._worker.channel.hung_up:  # it ended behind its last answer
            self.close()
        self._respawns, self._last = int(self._worker is not None), None

    def close(self) -> None:
        """Kill and reap the worker. Where its zygote has died, it is gone already."""
        if self._worker is not None:
            with suppress(SandboxFailure):
                self._end(self._worker)

    def _call(self, call: Call) -> Any:
        try:
            return self._answer(call)
        finally:
            self._send_ahead()  # the worker goes on while the check looks at this answer

    def _answer(self, call: Call) -> Any:
        if self._sent and self._sent[0][0] is call:
            return self._read_next()
        self._read_the_rest()
        if self._worker is None:
            self._start(call.memory_bytes or self._limits.memory_bytes)
        self._import(call.target)
        if self._coming and self._coming[0] is call:
            self._send_ahead()
            if self._sent:
                return self._read_next()
            self._coming.popleft()
        else:
            self._coming.clear()
        question = _question(call)
        if call.cpu_s is not None:
            limit_s = call.cpu_s * self._limits.patience
            return self._ask(Kind.CALL, question, call.target.name, limit_s, CpuDeadline)
        limit_s = self._limits.call_s
        if call.timeout_s is not None:
            limit_s = call.timeout_s * self._limits.patience
        return self._ask(Kind.CALL, question, call.target.name, limit_s)

    def _call_alone(self, call: Call) -> Any:
        """Use a worker of its own: what was allocated before does not count, what is kept is not there."""
        return self._elsewhere(call, self._packages, self._limits, Session._call)

    def _measure(self, call: Call) -> Any:
        """Return value, memory and processor seconds; the numbers are those of the process that reaps."""
        return self._elsewhere(call, self._packages, self._limits, Session._call_to_its_end)

    def _call_to_its_end(self, call: Call) -> dict[str, Any]:
        value = self._call(replace(call, mode="value"))
        worker = self._worker
        if worker is None:
            raise SandboxFailure(f"{call.target.name}: expected a worker, got none.")
        idle, end = worker.idle(), self._end(worker)
        if not end.memory_bytes:
            raise SandboxFailure(f"{call.target.name}: expected a worker that the kernel knows, got another.")
        cpu_s = max(0.0, end.cpu_s - idle.cpu_s)
        if call.cpu_s is not None and cpu_s > (limit_s := call.cpu_s * self._limits.patience):
            late = f"{call.target.name}: {_late(limit_s, CpuDeadline)}"
            raise SubmissionFailure(Verdict.TIME_LIMIT_EXCEEDED, late)
        peak_bytes = max(0, end.memory_bytes - idle.memory_bytes)
        return {"value": value, "peak_bytes": peak_bytes, "cpu_s": cpu_s}

    def _compile(self, call: Call) -> Any:
        """Have kernels translated in a worker that can, and assembled in a box that holds nothing else.

        Where there is none, the answer says why and nothing else.
        """
        if reason := compile_box.available():
            return {"launches": [], "errors": {}, "unavailable": reason}
        limits = compile_box.compile_limits(self._limits)
        translated = compile_box.translated(self._elsewhere(call, "compiler", limits, Session._call))
        start = time.monotonic()
        try:
            return compile_box.assembled(translated, min(limits.call_s, self._rest_s))
        finally:
            self._clock.used_s += time.monotonic() - start

    def _elsewhere(
        self, call: Call, packages: Loaded, limits: Limits, perform: Callable[[Session, Call], Any]
    ) -> Any:
        """Perform a call in a worker of its own."""
        with Session(self._load, packages, limits, self._start_worker, self._clock) as alone:
            alone._broken = self._broken
            try:
                return perform(alone, call)
            finally:
                self._log += alone.log.encode()

    def _start(self, memory_bytes: int) -> None:
        if self._respawns > self._limits.respawns and self._last is not None:
            again = f"{self._last.message} It ended {self._respawns} times; the rest was not run."
            raise SubmissionFailure(self._last.verdict, again)
        self._worker = self._start_worker(self._packages, memory_bytes)
        self._memory_bytes = memory_bytes
        self._imported.clear()
        load = replace(self._load, first_handle=self._workers * HANDLES)
        self._workers += 1
        self._respawns += 1
        self._ask(Kind.LOAD, load.plain(), load.package, self._limits.load_s)

    def _import(self, target: Target) -> None:
        """Load the file of `target` under its own limit, once; a file that fails is not tried again."""
        module = target.holder
        if target.kept or module in self._imported:
            return
        if module in self._broken:
            raise self._broken[module].with_traceback(None)
        try:
            self._ask(Kind.IMPORT, _plain(target), f"{self._load.package}.{module}", self._limits.load_s)
        except SubmissionFailure as failure:
            self._broken[module] = failure
            raise
        self._imported.add(module)

    def _ask(
        self,
        kind: Kind,
        value: object,
        name: str,
        limit_s: float,
        limited: type[Deadline] = Deadline,
        sent: int | None = None,
    ) -> Any:
        """Ask, and turn whatever happens into a value or a SubmissionFailure.

        What was sent ahead has a sequence number, `sent`, and only its answer is to be read.
        """
        worker = self._worker
        if worker is None:
            raise SandboxFailure(f"{name}: expected a worker, got none.")
        rest_s = self._rest_s
        deadline = limited(min(limit_s, rest_s), worker.used)
        try:
            if sent is None:
                frame = worker.channel.ask(kind, value, _handle, deadline)
            else:
                frame = worker.channel.answer(sent, deadline)
            if frame.kind == Kind.RESULT:
                return frame.value(fetch=Remote, tensors=self._packages != "numpy")
            failure = reported(frame, name, self._memory_bytes)
        except (OutOfTime, TooMuchPrinted, TooLarge, ProtocolError, Closed) as error:
            late = _late(limit_s, limited) if limit_s <= rest_s else self._too_long
            verdict, message = self._explain(error, self._end(worker), worker, late)
            failure = self._last = SubmissionFailure(verdict, f"{name}: {message}")
        finally:
            self._clock.used_s += deadline.elapsed_s
        raise failure

    def _explain(self, error: Exception, end: End, worker: Worker, late: str) -> tuple[Verdict, str]:
        """Return verdict and message for a worker that was ended or has ended; `late` where out of time."""
        if isinstance(error, OutOfTime):
            return Verdict.TIME_LIMIT_EXCEEDED, late
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
        self._sent.clear()
        try:
            return worker.end()
        finally:
            self._log += worker.channel.log


def _late(limit_s: float, limited: type[Deadline]) -> str:
    unit = "s of processor time" if limited is CpuDeadline else "s"
    return f"expected an answer within {limit_s:g} {unit}, got none."


def _question(call: Call) -> tuple[Any, ...]:
    return _plain(call.target), call.mode, call.args, dict(call.kwargs), dict(call.options)


def _plain(target: Target) -> tuple[str, tuple[str, ...]]:
    return target.holder, target.names


def _handle(value: object) -> tuple[str, str]:
    if isinstance(value, Remote):
        return value.handle, value.type_name
    raise TypeError(f"argument: expected numbers, arrays, tensors or text, got {type(value).__name__}.")
