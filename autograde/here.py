"""Asks the reference or a known answer in this process, with the manners of a session.

Values travel as to a worker and back, so that nobody writes into the arrays of somebody else; what cannot
travel stays here and gets a handle. An error of what is asked is a `SubmissionFailure`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograde.call import PLAIN_MODES, Call, Remote, Target, perform
from autograde.sandbox.failure import SandboxFailure, SubmissionFailure
from autograde.verdict import Verdict
from autograde.wire import Fetch, Keep, decode, encode

SINGLE = frozenset({bool, int, float, str, type(None)})

LARGEST_CALL = 1 << 20
"""Calls with more numbers than this are not answered here."""


class NotHere(SandboxFailure):
    """A question that only the sandbox can answer: it measures, has limits, or is large."""


class Here:
    """Answers calls with what `ask` finds; keeps the objects that come out.

    Args:
        ask: performs a call, as `Course.answer` returns it.
    """

    def __init__(self, ask: Callable[[Call], Any]) -> None:
        self._ask = ask
        self._objects: list[object] = []

    def call(self, call: Call) -> Any:
        """Return the result of one call.

        Raises:
            NotHere: only the sandbox can answer.
            SubmissionFailure: what was asked raised an error.
        """
        if not can_be_asked_here(call):
            raise NotHere(f"{call.target}: expected a small, plain call, got another one.")
        args, kwargs, options = (
            self._in(part) for part in (call.args, dict(call.kwargs), dict(call.options))
        )
        own = replace(call, args=args, kwargs=kwargs, options=options)
        try:
            value = perform(own, self._kept) if call.target.kept else self._ask(own)
        except Exception as error:
            text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            raise SubmissionFailure(Verdict.RUN_TIME_ERROR, text, type(error).__name__) from error
        return _travelled(value, self._keep, Remote)

    def ahead(self, calls: Sequence[Call]) -> None:
        """Do nothing: here nobody waits for an answer."""

    def _in(self, value: Any) -> Any:
        return _travelled(value, _handle, lambda handle, _: self._objects[int(handle[1:])])

    def _keep(self, value: object) -> tuple[str, str]:
        self._objects.append(value)
        return f"#{len(self._objects) - 1}", type(value).__name__

    def _kept(self, target: Target) -> Any:
        return target.within(self._objects[int(target.holder[1:])])


def can_be_asked_here(call: Call) -> bool:
    """Return whether a call needs no instrument and no limit, and is small."""
    plain = call.mode in PLAIN_MODES and not call.limited
    return plain and count(call.args) + count(call.kwargs) <= LARGEST_CALL


def count(value: Any) -> int:
    """Return how many numbers a value holds. It is asked a thousand times a submission."""
    if type(value) in SINGLE:
        return 1
    if isinstance(value, np.ndarray):
        return int(value.size)
    if isinstance(value, (tuple, list)):
        return sum(map(count, value))
    if isinstance(value, dict):
        return sum(map(count, value.values()))
    return int(value.numel()) if hasattr(value, "numel") else 1


def _travelled(value: Any, keep: Keep, fetch: Fetch) -> Any:
    node, buffers = encode(value, keep)
    return decode(node, bytearray(b"".join(buffers)), fetch, tensors="torch" in sys.modules)


def _handle(value: object) -> tuple[str, str]:
    if isinstance(value, Remote):
        return value.handle, value.type_name
    raise TypeError(f"argument: expected numbers, arrays, tensors or text, got {type(value).__name__}.")
