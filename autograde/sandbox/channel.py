"""The pipes to one worker: questions go out, answers come back within a deadline, what it prints is kept."""

from __future__ import annotations

import os
import select
import struct
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from autograde.limits import Limits
from autograde.sandbox.deadline import Deadline
from autograde.sandbox.failure import SandboxFailure
from autograde.sandbox.inside.frames import Closed, Frame, Kind, pack, read_frame, write_frame
from autograde.wire import Keep, ProtocolError, TooLarge, WireError

F_SETPIPE_SZ, F_GETPIPE_SZ = 1031, 1032
PIPE_BYTES = 1 << 20
READ_BYTES = 1 << 16
MAX_LAST_WORDS = 500
NUMBERS = struct.Struct("<64Q")


class OutOfTime(Exception):
    """The deadline has passed."""


class CannotBeAsked(Exception):
    """An argument is too large or of a kind that cannot travel."""


class TooMuchPrinted(Exception):
    """The submission has printed more than it may."""


class Channel:
    """The judge's ends of three pipes. A launcher holds it and hands `theirs` to the worker it starts."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._printed_bytes = 0
        self.log = bytearray()
        questions, self._questions = os.pipe2(os.O_CLOEXEC)
        self._answers, answers = os.pipe2(os.O_CLOEXEC)
        self._log, log = os.pipe2(os.O_CLOEXEC)
        self.theirs = (questions, answers, log)
        self._room = min(map(_enlarged, (self._questions, self._answers)))
        self._numbers = _random_numbers()
        for pipe in (self._questions, self._answers, self._log):
            os.set_blocking(pipe, False)
        self._reading, self._writing = select.poll(), select.poll()
        self._reading.register(self._answers, select.POLLIN)
        self._writing.register(self._questions, select.POLLOUT)
        self._writing.register(self._answers, select.POLLIN)
        for poll in (self._reading, self._writing):
            poll.register(self._log, select.POLLIN)

    def handed_over(self) -> None:
        """Close the worker's ends here, once the worker holds them."""
        _close(*self.theirs)

    def greeting(self, deadline: Deadline) -> dict[str, Any]:
        """Return what a worker says first; raises SandboxFailure where it is none or not locked down."""
        try:
            hello: dict[str, Any] = self._read(deadline).value()
        except (Closed, OutOfTime, TooMuchPrinted, WireError) as error:
            said = bytes(self.log[-MAX_LAST_WORDS:]).decode("utf-8", "replace").strip()
            problem = f"sandbox: expected a worker, got {type(error).__name__}. {said}".rstrip()
            raise SandboxFailure(problem) from error
        if "error" in hello:
            raise SandboxFailure(f"sandbox: expected a locked worker, got {hello['error']}.")
        return hello

    def ask(self, kind: Kind, value: object, keep: Keep, deadline: Deadline) -> Frame:
        """Ask one question and return the frame of the answer.

        Raises:
            CannotBeAsked: the value does not travel; nothing was sent.
            Closed, OutOfTime, TooMuchPrinted, ProtocolError, TooLarge: what the worker did instead.
        """
        self._expect_silence()
        sequence, frame = self._packed(kind, value, keep)
        write_frame(self._questions, frame, partial(self._wait, self._writing, deadline))
        return self.answer(sequence, deadline)

    def send(self, kind: Kind, values: Sequence[object], keep: Keep) -> list[int]:
        """Send questions at once, as many of the first as the pipe holds; return their sequence numbers.

        Each is to be read by `answer`, in this order. The worker is waiting: its pipe is empty, so nothing
        waits here for a worker that waits for us.

        Raises:
            Closed, ProtocolError: what the worker did instead.
        """
        self._expect_silence()
        frames: list[Any] = []
        sequences: list[int] = []
        room = self._room
        with suppress(CannotBeAsked):  # it is said when that question has its turn
            for value in values:
                sequence, buffers = self._packed(kind, value, keep)
                room -= sum(map(len, buffers))
                if room < 0:
                    break
                frames += buffers
                sequences.append(sequence)
        try:
            write_frame(self._questions, frames)
        except BlockingIOError as error:
            raise ProtocolError("question: expected all earlier ones to be read, got a full pipe") from error
        return sequences

    def _packed(self, kind: Kind, value: object, keep: Keep) -> tuple[int, list[Any]]:
        """Return a question's new sequence number and its buffers."""
        sequence = next(self._numbers)
        try:
            return sequence, pack(kind, sequence, value, keep)
        except (TooLarge, TypeError) as error:
            raise CannotBeAsked(str(error)) from error

    def answer(self, sequence: int, deadline: Deadline) -> Frame:
        """Return the frame of the answer to a question that was sent; raises as `ask` does."""
        answer = self._read(deadline)
        if answer.kind not in (Kind.RESULT, Kind.ERROR) or answer.sequence != sequence:
            raise ProtocolError("answer: expected one to this question, got another")
        return answer

    @property
    def hung_up(self) -> bool:
        """Whether the worker has closed its end."""
        return bool(dict(self._reading.poll(0)).get(self._answers, 0) & select.POLLHUP)

    def close(self) -> None:
        """Keep the rest of what was printed and close the pipes."""
        try:
            self._keep_printed(PIPE_BYTES)
        finally:
            _close(self._questions, self._answers, self._log)

    def _read(self, deadline: Deadline) -> Frame:
        ready = partial(self._wait, self._reading, deadline)
        return read_frame(self._answers, self._limits.output_bytes, ready)

    def _expect_silence(self) -> None:
        """Raise unless the pipe of answers is open and empty."""
        event = dict(self._reading.poll(0)).get(self._answers, 0)
        if event & select.POLLIN:
            raise ProtocolError("answer: expected none before the question, got one")
        if event:
            raise Closed("the worker has ended")

    def _wait(self, poll: select.poll, deadline: Deadline, wanted: int) -> None:
        """Return when `wanted` is ready; read what is printed meanwhile."""
        while True:
            rest_s = deadline.rest_s
            if rest_s <= 0:
                raise OutOfTime
            events = dict(poll.poll(rest_s * 1000))
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
        if self._printed_bytes > self._limits.output_bytes:
            raise TooMuchPrinted

    def _keep_printed(self, most: int) -> bool:
        """Read what was printed, keep its beginning; return False at the end of the pipe."""
        try:
            text = os.read(self._log, most)
        except BlockingIOError:
            return True
        self.log += text[: self._limits.log_bytes - len(self.log)]
        self._printed_bytes += len(text)
        return bool(text)


def _random_numbers() -> Iterator[int]:
    """Yield what nobody can guess; to ask the kernel for one at a time takes longer than to send it."""
    while True:
        yield from NUMBERS.unpack(os.urandom(NUMBERS.size))


def _enlarged(pipe: int) -> int:
    """Make a pipe larger and return how many bytes it holds."""
    import fcntl

    with suppress(OSError):  # a user with many pipes gets small ones: slower, not wrong
        fcntl.fcntl(pipe, F_SETPIPE_SZ, PIPE_BYTES)
    return fcntl.fcntl(pipe, F_GETPIPE_SZ)


def _close(*descriptors: int) -> None:
    for descriptor in descriptors:
        os.close(descriptor)
