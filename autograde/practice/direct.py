"""Calls a learner's function in this process, with values that travel as they do to the sandbox."""

from __future__ import annotations

import contextlib
import importlib
from types import CoroutineType
from typing import Any

from autograde.accelerator import has_gpu
from autograde.call import Call, Remote, Target, instrument, moved, perform
from autograde.exercise import Exercise
from autograde.limits import Limits
from autograde.practice.alone import alone
from autograde.practice.timeout import time_limit
from autograde.sandbox.inside.deny import Denial
from autograde.wire import decode, encode

NOTHING = Denial(())


class Direct:
    """Answers calls; keeps the objects that cannot travel, such as modules, under their handles.

    Arguments and results are copies, so that a function cannot change what a check compares with.

    Args:
        exercise: whose functions are called.
        limits: what the judge allows; a GPU that compiles a kernel first gets the same patience here.
        denial: what the exercise is to be written without.
    """

    def __init__(self, exercise: Exercise, limits: Limits, denial: Denial = NOTHING) -> None:
        self.package = exercise.package
        self.on_gpu = exercise.packages == "triton" and has_gpu()
        self.limits = limits.on_gpu() if self.on_gpu else limits
        self.denial = denial
        self.kept: list[object] = []

    def __call__(self, call: Call) -> Any:
        """Return what the learner's function returns, or raise what it raises."""
        args, kwargs, options = self._to_learner((call.args, dict(call.kwargs), dict(call.options)))
        if self.on_gpu:
            args, kwargs, options = (moved(each, "cuda") for each in (args, kwargs, options))
        own = Call(call.target, args, kwargs, call.mode, options)
        if (observer := instrument(call.mode)) is not None:  # a second perhaps, which is not the learner's
            with contextlib.suppress(ImportError):  # what is missing shows where it is used
                importlib.import_module(observer.NEEDS)
        with time_limit(call.timeout_s or self.limits.call_s):
            value = self._perform(own)
        return self._to_check(moved(value, "cpu", modules="cuda") if self.on_gpu else value)

    def close(self) -> None:
        """Let go of what a function began and nobody will finish; Python would warn of it later."""
        for value in self.kept:
            if isinstance(value, CoroutineType):
                value.close()

    def _perform(self, call: Call) -> Any:
        self.denial.enforce()
        try:
            with alone():
                value = perform(call, self._resolve)
            self.denial.settle()
            return value
        except BaseException as error:
            reason = self.denial.reason(error)
            if reason is error:
                raise
            raise reason from None
        finally:
            self.denial.lift()

    def _to_learner(self, value: object) -> Any:
        # What cannot travel by value is a Remote.
        node, buffers = encode(value, lambda remote: (remote.handle, remote.type_name))  # type: ignore[attr-defined]
        return decode(node, bytearray(b"".join(buffers)), self._fetch, tensors=True)

    def _to_check(self, value: object) -> Any:
        node, buffers = encode(value, self._keep)
        return decode(node, bytearray(b"".join(buffers)), Remote, tensors=True)

    def _keep(self, value: object) -> tuple[str, str]:
        self.kept.append(value)
        return f"#{len(self.kept) - 1}", type(value).__name__[:100]

    def _fetch(self, handle: str, type_name: str) -> object:
        return self.kept[int(handle[1:])]

    def _resolve(self, target: Target) -> Any:
        if target.kept:
            return target.within(self._fetch(target.holder, "object"))
        return target.within(importlib.import_module(f"{self.package}.{target.holder}"))
