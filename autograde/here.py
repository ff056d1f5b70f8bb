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

from autograde.call import Call, Remote, Target, perform
from autograde.sandbox.failure import SandboxFailure, SubmissionFailure
from autograde.verdict import Verdict
from autograde.wire import Fetch, Keep, decode, encode

LARGEST_BYTES = 8 << 20
"""Calls with more in their arguments than this are not answered here."""

PART_BYTES = 64
"""What a part of a value takes at least: a number in a list, a key, a list."""

SINGLE = frozenset({bool, int, float, type(None)})


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
    return call.plain and question_bytes(call) <= LARGEST_BYTES


def question_bytes(call: Call) -> int:
    """Return about how many bytes the arguments of a call take."""
    return memory_bytes(call.args) + (memory_bytes(dict(call.kwargs)) if call.kwargs else 0)


def memory_bytes(value: Any) -> int:
    """Return about how many bytes a value takes: its parts, and what arrays, tensors and texts hold.

    It is asked some hundred times for each submission.
    """
    kind = type(value)
    if kind in SINGLE:
        return PART_BYTES
    if isinstance(value, np.ndarray):
        return PART_BYTES + value.nbytes
    if isinstance(value, tuple | list):
        return PART_BYTES + sum(map(memory_bytes, value))
    if isinstance(value, dict):
        return PART_BYTES + memory_bytes([*value, *value.values()])
    if isinstance(value, str | bytes):
        return PART_BYTES + len(value)
    holds_numbers = kind.__module__ in ("numpy", "torch")  # others may answer to any name
    return PART_BYTES + (int(getattr(value, "nbytes", 0)) if holds_numbers else 0)


def _travelled(value: Any, keep: Keep, fetch: Fetch) -> Any:
    node, buffers = encode(value, keep)
    return decode(node, bytearray(b"".join(buffers)), fetch, tensors="torch" in sys.modules)


def _handle(value: object) -> tuple[str, str]:
    if isinstance(value, Remote):
        return value.handle, value.type_name
    raise TypeError(f"argument: expected numbers, arrays, tensors or text, got {type(value).__name__}.")
