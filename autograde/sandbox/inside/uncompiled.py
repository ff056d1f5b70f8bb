"""`torch.compile` gives a function back as it is.

A compiler starts processes and writes files, which no worker may. What a function computes is the same
without it, so that a submission that asks for it is judged all the same, at home as where it is graded.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import torch


def install() -> Callable[[], None]:
    """Put the stand-in for `torch.compile` in place; call what is returned to take it away."""
    original = torch.compile
    torch.compile = _as_it_is
    return functools.partial(setattr, torch, "compile", original)


def _as_it_is(model: Any = None, **_: Any) -> Any:
    return _as_it_is if model is None else model
