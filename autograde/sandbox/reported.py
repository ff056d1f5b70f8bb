"""What a worker says about a failed call, made fit for a learner, a terminal and a page."""

from __future__ import annotations

from typing import Any

from autograde.sandbox.failure import Frame, SubmissionFailure
from autograde.sandbox.inside.frames import Frame as WireFrame
from autograde.verdict import Verdict
from autograde.wire import ProtocolError
from autograde.wording import by_name, printable

MAX_MESSAGE = 2000
MAX_NAME = 200
MAX_FRAMES = 20
LAST_LINE = 1 << 31
OUTCOMES = {
    "missing": Verdict.NOT_ATTEMPTED,
    "not_implemented": Verdict.NOT_ATTEMPTED,
    "memory": Verdict.MEMORY_LIMIT_EXCEEDED,
    "too_large": Verdict.OUTPUT_LIMIT_EXCEEDED,
    "rule": Verdict.RULE_BROKEN,
    "error": Verdict.RUN_TIME_ERROR,
}


def reported(frame: WireFrame, name: str, memory_bytes: int) -> SubmissionFailure:
    """Return the failure that a worker describes; raises ProtocolError, whatever it says."""
    match frame.value():
        case {
            "outcome": str(outcome),
            "type": str(kind),
            "message": str(message),
            "frames": list(frames),
        } if outcome in OUTCOMES and len(frames) <= MAX_FRAMES:
            failed = tuple(map(_frame, frames))
            return _failure(name, OUTCOMES[outcome], _text(kind, MAX_NAME), message, failed, memory_bytes)
    raise ProtocolError("error: expected its description, got something else")


def _failure(
    name: str, verdict: Verdict, kind: str, said: str, frames: tuple[Frame, ...], memory_bytes: int
) -> SubmissionFailure:
    message = by_name(_text(said, MAX_MESSAGE))
    if verdict is Verdict.MEMORY_LIMIT_EXCEEDED:
        message = f"{name}: expected at most {memory_bytes >> 20} MiB of memory, got more."
    elif verdict is Verdict.OUTPUT_LIMIT_EXCEEDED:
        message = f"{name}: {message}."
    elif verdict is Verdict.RUN_TIME_ERROR:
        message = f"{kind}: {message}" if message else kind
    return SubmissionFailure(verdict, message, kind, frames)


def _frame(said: Any) -> Frame:
    match said:
        case (str(file), int(line), str(function)) if 0 <= line < LAST_LINE:
            return Frame(_text(file, MAX_NAME), int(line), _text(function, MAX_NAME))
    raise ProtocolError("error: expected a frame, got something else")


def _text(said: str, length: int) -> str:
    return printable(said[:length])
