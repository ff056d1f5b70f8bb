"""What somebody was asked by a check, and what was answered."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from autograde.call import SEVERAL, Call
from autograde.compare import Mismatch, distance
from autograde.draw import Draw
from autograde.exercise import Check, Learner
from autograde.here import LARGEST_BYTES, memory_bytes, question_bytes
from autograde.sandbox.channel import CannotBeAsked
from autograde.sandbox.failure import SandboxFailure, SubmissionFailure
from autograde.verdict import Verdict

KEPT_BYTES = 16 << 20
"""What is kept of the questions to one exercise and of their answers, in bytes."""

ANSWERED_BYTES = 1 << 29
"""What all answers to one check may hold together: a check may keep what it is told until its end."""

PROBLEM_BYTES = 4 << 20
"""What a mismatch may hold of the numbers that differ."""


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

    def takes(self, needed_bytes: int) -> bool:
        """Return whether so much may be kept, and count it."""
        fits = needed_bytes <= self.rest_bytes
        self.rest_bytes -= needed_bytes if fits else 0
        return fits


@dataclass(frozen=True)
class Recorded:
    """One question and its answer, or how it failed.

    Kept is what a known answer can be asked the same in this process, until the budget is used up. Of
    everything else there is neither argument nor answer.
    """

    call: Call
    value: Any
    failure: SubmissionFailure | None
    kept: bool = True


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

    @property
    def compares(self) -> bool:
        """Whether the last answer, or a part of it, was compared with what is right, and was another."""
        return isinstance(self.problem, Mismatch) and self.problem.kind != "property"

    @cached_property
    def compared(self) -> tuple[Any, ...] | None:
        """The keys that lead to what was compared in the last answer; None where it is no one part of it."""
        if not isinstance(self.problem, Mismatch) or self.problem.actual is None:
            return None
        found = [*_places(self.problem.actual, self.answers[-1].value)]
        return found[0] if len(found) == 1 else None


def _places(wanted: Any, value: Any) -> Iterator[tuple[Any, ...]]:
    """Yield the keys that lead to each part of a value that is `wanted`."""
    if distance(value, wanted) == 0.0:
        yield ()
    parts = value.items() if isinstance(value, dict) else ()
    for key, part in enumerate(value) if isinstance(value, tuple | list) else parts:
        yield from ((key, *rest) for rest in _places(wanted, part))


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
        self._returned: tuple[Call, Any] | None = None
        self._asked = asked
        self._budget = budget or Budget()
        self._answered = Budget(ANSWERED_BYTES)

    @property
    def returned(self) -> str:
        """Return who returned what last, as a phrase."""
        if self._returned is None:
            return "the submission returned nothing"
        call, value = self._returned
        several = call.mode in SEVERAL and isinstance(value, tuple) and value  # unless it is forged
        return f"{call.target.name} returned {phrase(value[0] if several else value)}"

    def ahead(self, calls: Sequence[Call]) -> None:
        """Say which calls come next, in this order."""
        self._asked.ahead(calls)

    def __call__(self, call: Call) -> Any:
        """Return the answer."""
        asked_bytes = question_bytes(call)
        kept = _copy(call) if call.plain and asked_bytes <= LARGEST_BYTES else None
        try:
            value = self._asked.call(call)
        except SubmissionFailure as failure:
            self._keep(call, kept, asked_bytes, None, failure)
            raise
        except (CannotBeAsked, SandboxFailure):
            raise
        except Exception as error:
            raise SandboxFailure(f"{type(error).__name__} while asking {call.target}: {error}") from error
        value_bytes = memory_bytes(value)
        if not self._answered.takes(value_bytes):
            wanted = f"expected at most {ANSWERED_BYTES >> 20} MiB in all answers to a check, got more."
            raise SubmissionFailure(Verdict.OUTPUT_LIMIT_EXCEEDED, f"{call.target.name}: {wanted}")
        self._returned = call, value
        self._keep(call, kept, asked_bytes + value_bytes, value, None)
        return value

    def _keep(
        self, call: Call, copy: Call | None, held_bytes: int, value: Any, failure: SubmissionFailure | None
    ) -> None:
        if copy is not None and held_bytes <= LARGEST_BYTES and self._budget.takes(held_bytes):
            self.recorded.append(Recorded(copy, value, failure))
        else:
            self.recorded.append(Recorded(Call(call.target, mode=call.mode), None, failure, kept=False))


def _copy(call: Call) -> Call:
    """Return a plain call with arrays of its own: a check may change those that it has later."""
    return Call(call.target, copied(call.args), call.kwargs, call.mode, call.options)


def phrase(value: Any) -> str:
    """Return how an answer is called: its type, and its shape where it has one."""
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


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the warnings of NumPy and torch to themselves: a submission's numbers may be anything."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield
