"""What a submission was asked while it was judged, and what it answered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograde.call import PLAIN_MODES, Call
from autograde.sandbox.failure import SandboxFailure, SubmissionFailure
from autograde.sandbox.session import Session

LARGEST_REPLAY = 1 << 20
"""Calls with more numbers than this are not replayed."""


@dataclass(frozen=True)
class Recorded:
    """One question to the submission and its answer, or how it failed."""

    call: Call
    value: Any
    failure: SubmissionFailure | None

    @property
    def replayable(self) -> bool:
        """Whether a known answer can be asked the same in this process."""
        return (
            self.call.mode in PLAIN_MODES
            and self.call.memory_bytes is None
            and self.call.timeout_s is None
            and count(self.call.args) + count(self.value) <= LARGEST_REPLAY
        )


class Recorder:
    """Asks a session and keeps what was asked and answered, for the diagnosis."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.recorded: list[Recorded] = []

    def __call__(self, call: Call) -> Any:
        """Return the submission's answer. What is kept are copies: a check may change its arrays later."""
        kept = replace(call, args=copied(call.args)) if count(call.args) <= LARGEST_REPLAY else call
        try:
            value = self.session.call(call)
        except SubmissionFailure as failure:
            self.recorded.append(Recorded(kept, None, failure))
            raise
        except SandboxFailure:
            raise
        except Exception as error:
            raise SandboxFailure(f"{type(error).__name__} while asking {call.target}: {error}") from error
        self.recorded.append(Recorded(kept, value, None))
        return value

    def last_target(self) -> str:
        """Return the name of the function that was asked last."""
        return self.recorded[-1].call.target.name if self.recorded else "the submission"

    def last_value(self) -> str:
        """Return a phrase for the last answer: its type, and its shape where it has one."""
        value = self.recorded[-1].value if self.recorded else None
        kind = getattr(value, "type_name", type(value).__name__)
        shape = getattr(value, "shape", None)
        if isinstance(value, tuple | list):
            return f"a {kind} of {len(value)}"
        return f"a value of type {kind}" + (f" and shape {tuple(shape)}" if shape is not None else "")


def copied(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the arguments with arrays and tensors of their own."""
    return tuple(
        arg.copy() if isinstance(arg, np.ndarray) else arg.clone() if type(arg).__module__ == "torch" else arg
        for arg in args
    )


def count(value: Any) -> int:
    """Return how many numbers a value holds."""
    if isinstance(value, tuple | list):
        return sum(map(count, value))
    if hasattr(value, "numel"):
        return int(value.numel())
    return int(np.size(value)) if isinstance(value, np.ndarray) else 1
