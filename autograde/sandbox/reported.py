"""What a worker says about a failed call, made fit for a learner, a terminal and a page."""

from __future__ import annotations

from autograde.sandbox.failure import Frame, SubmissionFailure
from autograde.sandbox.inside.frames import Frame as WireFrame
from autograde.verdict import Verdict
from autograde.wire import ProtocolError
from autograde.wording import printable

MAX_MESSAGE = 2000
OUTCOMES = {
    "missing": Verdict.NOT_ATTEMPTED,
    "not_implemented": Verdict.NOT_ATTEMPTED,
    "memory": Verdict.MEMORY_LIMIT_EXCEEDED,
    "too_large": Verdict.OUTPUT_LIMIT_EXCEEDED,
    "rule": Verdict.RULE_BROKEN,
    "error": Verdict.RUN_TIME_ERROR,
}


def reported(frame: WireFrame, name: str, memory_bytes: int) -> SubmissionFailure:
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
    if verdict is Verdict.MEMORY_LIMIT_EXCEEDED:
        message = f"{name}: expected at most {memory_bytes >> 20} MiB of memory, got more."
    elif verdict is Verdict.OUTPUT_LIMIT_EXCEEDED:
        message = f"{name}: {message}."
    elif verdict is Verdict.RUN_TIME_ERROR:
        message = f"{kind}: {message}" if message else kind
    return SubmissionFailure(verdict, message, kind, frames)
