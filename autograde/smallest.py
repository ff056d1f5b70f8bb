"""Describes a mistake without a name by the smallest input on which it shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograde.call import Call
from autograde.compare import VALUE, Mismatch, distance
from autograde.record import Recorded
from autograde.sandbox.failure import SandboxFailure, SubmissionFailure
from autograde.sandbox.session import Session
from autograde.verdict import Verdict

SIZES = range(1, 6)
"""The sizes of an axis that are tried to describe where a wrong answer begins."""

Ask = Callable[[Call], Any]


def smallest_failing(
    reference: Ask, session: Session, answers: Sequence[Recorded], problem: Mismatch
) -> str | None:
    """Shrink the inputs of the first wrong answer, size by size; describe the smallest that still fails.

    Axes of one size are taken to be the same dimension, and are cut together.

    Args:
        reference: what is right.
        session: the submission.
        answers: what it was asked by a check.
        problem: how the check failed; what is no question of values cannot be shrunk.
    """
    if problem.kind not in ("value", "nan", "shape"):
        return None
    tolerance = 2 * (problem.rtol or VALUE[8])
    for recorded in answers:
        arrays = [arg for arg in recorded.call.args if isinstance(arg, np.ndarray) and arg.ndim]
        plain = recorded.call.mode == "value" and recorded.failure is None and recorded.kept
        if not plain or not arrays or len(arrays) != len(recorded.call.args) or recorded.call.kwargs:
            continue
        if _is_wrong(reference, session, recorded.call, tolerance):
            return _described(_shrunk(reference, session, recorded.call, tolerance))
    return None


def _shrunk(reference: Ask, session: Session, call: Call, tolerance: float) -> Call:
    for size in sorted({size for array in call.args for size in array.shape}, reverse=True):
        for smaller in SIZES[: size - 1]:
            cut = replace(call, args=tuple(_cut(arg, size, smaller) for arg in call.args))
            if _is_wrong(reference, session, cut, tolerance):
                call = cut
                break
    return call


def _described(call: Call) -> str:
    shapes = " and ".join(str(arg.shape) for arg in call.args)
    return f"inputs of shape {shapes}" if len(call.args) > 1 else f"an input of shape {shapes}"


def _is_wrong(reference: Ask, session: Session, call: Call, tolerance: float) -> bool:
    """Return whether the submission is wrong here; no where it or the reference cannot answer."""
    if session.ended:
        return False
    try:
        expected = reference(call)
    except (SubmissionFailure, SandboxFailure):
        return False
    if _has_nan(expected):  # too small for what the docstring asks
        return False
    try:
        return distance(session.call(call), expected) > tolerance
    except SubmissionFailure as failure:
        return failure.verdict is Verdict.RUN_TIME_ERROR


def _has_nan(value: Any) -> bool:
    if isinstance(value, tuple | list):
        return any(map(_has_nan, value))
    return isinstance(value, float | np.ndarray | np.floating) and bool(np.isnan(value).any())


def _cut(array: np.ndarray[Any, Any], size: int, smaller: int) -> np.ndarray[Any, Any]:
    return array[tuple(slice(smaller) if length == size else slice(None) for length in array.shape)]
