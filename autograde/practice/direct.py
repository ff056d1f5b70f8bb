"""Calls a learner's function in this process, with values that travel as they do to the sandbox."""

from __future__ import annotations

import importlib
from typing import Any

from autograde.call import Call, Remote, moved, perform
from autograde.practice.fresh import PACKAGE
from autograde.practice.timeout import time_limit
from autograde.wire import decode, encode

KERNELS = "cuda.kernels."
CALL_LIMIT_S = 30.0
"""How long one call may take, unless the check says otherwise."""


class Direct:
    """Answers calls; keeps the objects that cannot travel, such as modules, under their handles.

    Arguments and results are copies, so that a function cannot change what a check compares with.
    """

    def __init__(self) -> None:
        self.kept: list[object] = []

    def __call__(self, call: Call) -> Any:
        """Return what the learner's function returns, or raise what it raises."""
        args, kwargs, options = self._to_learner((call.args, dict(call.kwargs), dict(call.options)))
        on_gpu = _wants_gpu(call.target)
        if on_gpu:
            args, kwargs, options = (moved(each, "cuda") for each in (args, kwargs, options))
        own = Call(call.target, args, kwargs, call.mode, options)
        with time_limit(call.timeout_s or CALL_LIMIT_S):
            value = perform(own, self._resolve)
        return self._to_check(moved(value, "cpu", modules="cuda") if on_gpu else value)

    def _to_learner(self, value: object) -> Any:
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

    def _resolve(self, target: str) -> Any:
        """Return what "cpu.softmax.softmax" or "#0.forward" names."""
        first, *names = target.split(".")
        if first.startswith("#"):
            found = self._fetch(first, "object")
        else:
            depth = 1 if first not in ("cpu", "cuda") else 2
            parts = target.split(".")
            found, names = importlib.import_module(".".join((PACKAGE, *parts[:depth]))), parts[depth:]
        for name in names:
            found = getattr(found, name)
        return found


def _wants_gpu(target: str) -> bool:
    """Return whether a function launches a kernel that is compiled for the GPU of this machine."""
    if not target.startswith(KERNELS):
        return False
    import torch

    return torch.cuda.is_available()
