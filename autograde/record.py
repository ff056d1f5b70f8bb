"""What somebody was asked by a check, and what was answered."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from autograde.call import SEVERAL, Call
from autograde.compare import Mismatch
from autograde.draw import Draw
from autograde.exercise import Check, Learner
from autograde.here import LARGEST_CALL, can_be_asked_here, count
from autograde.sandbox.channel import CannotBeAsked
from autograde.sandbox.failure import SandboxFailure, SubmissionFailure
from autograde.verdict import Verdict

KEPT_BYTES = 16 << 20
"""What is kept of the questions to one exercise and of their answers, in bytes."""

ANSWERED_BYTES = 1 << 29
"""What all answers to one check may hold together: a check may keep what it is told until its end."""

PROBLEM_BYTES = 4 << 20
"""What a mismatch may hold of the numbers that differ."""

PART_BYTES = 64
"""What a part of a value takes at least: a number in a list, a key, a list."""


class Answers(Protocol):
    """Who answers calls: a session with the sandbox, or `Here`."""

    def call(self, call: Call) -> Any:
        """Return the result of one call."""

    def ahead(self, calls: Sequence[Call]) -> None:
        """Know which calls come next, in this order."""


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
    """One question and its answer, or how it failed.

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
        numbers = count(self.call.args) + count(self.value)
        return self.kept and can_be_asked_here(self.call) and numbers <= LARGEST_CALL


@dataclass(frozen=True)
class Trial:
    """One check that was put to somebody: what was answered, and what was wrong with it.

    Args:
        check: the check.
        answers: what it asked, in order.
        problem: a `Mismatch`, a `SubmissionFailure`, a `SandboxFailure`, or the error of a check that could
            not use an answer; None where the check is content.
        how: what the check said about its way of asking.
        returned: who returned what last, as a phrase.
    """

    check: Check
    answers: tuple[Recorded, ...] = ()
    problem: Exception | None = None
    how: str = ""
    returned: str = ""


def put(check: Check, module: str, asked: Answers, draw: Draw, budget: Budget | None = None) -> Trial:
    """Run one check; whatever goes wrong is a part of the trial."""
    recorder = Recorder(asked, budget)
    how, problem = "", None
    try:
        with quiet():
            how = check.run(Learner(module, recorder), draw) or ""
    except Exception as error:
        problem = _lightened(error)
    return Trial(check, tuple(recorder.recorded), problem, how, recorder.returned)


def _lightened(error: Exception) -> Exception:
    """Return the error without the frames in which answers lie, and without numbers where they are many."""
    each: BaseException | None = error
    while each is not None:
        each.__traceback__ = None
        each = each.__cause__ or each.__context__
    if (
        isinstance(error, Mismatch)
        and memory_bytes([error.actual, error.expected, error.off]) > PROBLEM_BYTES
    ):
        error.lighten()
    return error


class Recorder:
    """Passes questions on and keeps what was asked and answered, for the diagnosis, within a budget."""

    def __init__(self, asked: Answers, budget: Budget | None = None) -> None:
        self.recorded: list[Recorded] = []
        self.returned = "the submission returned nothing"
        self._asked = asked
        self._budget = budget or Budget()
        self._answered = Budget(ANSWERED_BYTES)

    def ahead(self, calls: Sequence[Call]) -> None:
        """Say which calls come next, in this order."""
        self._asked.ahead(calls)

    def __call__(self, call: Call) -> Any:
        """Return the answer. What is kept are copies: a check may change its arrays later."""
        kept = replace(call, args=copied(call.args)) if count(call.args) <= LARGEST_CALL else call
        try:
            value = self._asked.call(call)
        except SubmissionFailure as failure:
            self._keep(kept, None, failure)
            raise
        except (CannotBeAsked, SandboxFailure):
            raise
        except Exception as error:
            raise SandboxFailure(f"{type(error).__name__} while asking {call.target}: {error}") from error
        if not self._answered.takes(value):
            wanted = f"expected at most {ANSWERED_BYTES >> 20} MiB in all answers to a check, got more."
            raise SubmissionFailure(Verdict.OUTPUT_LIMIT_EXCEEDED, f"{call.target.name}: {wanted}")
        several = call.mode in SEVERAL and isinstance(value, tuple) and value  # unless it is forged
        self.returned = f"{call.target.name} returned {phrase(value[0] if several else value)}"
        self._keep(kept, value, None)
        return value

    def _keep(self, call: Call, value: Any, failure: SubmissionFailure | None) -> None:
        recorded = Recorded(call, value, failure)
        if not (recorded.replayable and self._budget.takes(call.args, dict(call.kwargs), value)):
            bare = replace(call, args=(), kwargs={}, options={})
            recorded = Recorded(bare, None, failure, kept=False)
        self.recorded.append(recorded)


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
    if isinstance(value, str | bytes):
        return PART_BYTES + len(value)
    holds_numbers = type(value).__module__ in ("numpy", "torch")  # others may answer to any name
    return PART_BYTES + (int(getattr(value, "nbytes", 0)) if holds_numbers else 0)


def copied(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the arguments with arrays and tensors of their own."""
    return tuple(
        arg.copy() if isinstance(arg, np.ndarray) else arg.clone() if type(arg).__module__ == "torch" else arg
        for arg in args
    )


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the warnings of NumPy and torch to themselves: a submission's numbers may be anything."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield
