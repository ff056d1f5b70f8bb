"""What a submission was asked while it was judged, and what it answered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograde.call import PLAIN_MODES, Call
from autograde.sandbox.channel import CannotBeAsked
from autograde.sandbox.failure import SandboxFailure, SubmissionFailure
from autograde.sandbox.session import Session

LARGEST_REPLAY = 1 << 20
"""Calls with more numbers than this are not replayed."""

KEPT_BYTES = 16 << 20
"""What is kept of the questions to one exercise and of their answers, in bytes."""

PART_BYTES = 64
"""What a part of a value takes at least: a number in a list, a key, a list."""


@dataclass
class Budget:
    """What may still be kept, for all checks of an exercise together."""

    rest_bytes: int = KEPT_BYTES

    def takes(self, *values: Any) -> bool:
        """Return whether the values may be kept, and count them."""
        needed = sum(map(memory_bytes, values))
        fits = needed <= self.rest_bytes
        self.rest_bytes -= needed if fits else 0
        return fits


@dataclass(frozen=True)
class Recorded:
    """One question to the submission and its answer, or how it failed.

    Where it is of no use for a diagnosis, or the budget is used up, `kept` is False and there is neither
    argument nor answer.
    """

    call: Call
    value: Any
    failure: SubmissionFailure | None
    kept: bool = True

    @property
    def replayable(self) -> bool:
        """Whether a known answer can be asked the same in this process."""
        return (
            self.kept
            and self.call.mode in PLAIN_MODES
            and self.call.memory_bytes is None
            and self.call.timeout_s is None
            and count(self.call.args) + count(self.value) <= LARGEST_REPLAY
        )


class Recorder:
    """Asks a session and keeps what was asked and answered, for the diagnosis, within a budget."""

    def __init__(self, session: Session, budget: Budget | None = None) -> None:
        self.session = session
        self.recorded: list[Recorded] = []
        self._budget = budget or Budget()
        self._last = "nothing"

    def __call__(self, call: Call) -> Any:
        """Return the submission's answer. What is kept are copies: a check may change its arrays later."""
        kept = replace(call, args=copied(call.args)) if count(call.args) <= LARGEST_REPLAY else call
        try:
            value = self.session.call(call)
        except SubmissionFailure as failure:
            self._keep(kept, None, failure)
            raise
        except (CannotBeAsked, SandboxFailure):
            raise
        except Exception as error:
            raise SandboxFailure(f"{type(error).__name__} while asking {call.target}: {error}") from error
        self._last = phrase(value)
        self._keep(kept, value, None)
        return value

    def _keep(self, call: Call, value: Any, failure: SubmissionFailure | None) -> None:
        recorded = Recorded(call, value, failure)
        if not (recorded.replayable and self._budget.takes(call.args, dict(call.kwargs), value)):
            bare = replace(call, args=(), kwargs={}, options={})
            recorded = Recorded(bare, None, failure, kept=False)
        self.recorded.append(recorded)

    def last_target(self) -> str:
        """Return the name of the function that was asked last."""
        return self.recorded[-1].call.target.name if self.recorded else "the submission"

    def last_value(self) -> str:
        """Return a phrase for the last answer: its type, and its shape where it has one."""
        return self._last


def phrase(value: Any) -> str:
    """Return how an answer is called: its type, and its shape where it has one."""
    kind = getattr(value, "type_name", type(value).__name__)
    shape = getattr(value, "shape", None)
    if isinstance(value, tuple | list):
        return f"a {kind} of {len(value)}"
    return f"a value of type {kind}" + (f" and shape {tuple(shape)}" if shape is not None else "")


def memory_bytes(value: Any) -> int:
    """Return about how many bytes a value takes: its parts, and what arrays, tensors and texts hold."""
    if isinstance(value, tuple | list):
        return PART_BYTES + sum(map(memory_bytes, value))
    if isinstance(value, dict):
        return PART_BYTES + memory_bytes([*value, *value.values()])
    return PART_BYTES + (len(value) if isinstance(value, str | bytes) else int(getattr(value, "nbytes", 0)))


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
    if isinstance(value, dict):
        return count([*value.values()])
    if hasattr(value, "numel"):
        return int(value.numel())
    return int(np.size(value)) if isinstance(value, np.ndarray) else 1
