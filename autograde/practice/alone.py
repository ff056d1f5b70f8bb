"""What a function must not do while a check calls it: ask somebody, stop in a debugger, end the program."""

from __future__ import annotations

import builtins
import contextlib
import os
import pdb
import sys
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

ASKS = "input() waits for somebody to type, and nobody does in a check. Take the value as an argument."
ENDS = "os._exit() ends the whole program, this check too. Write return, or raise an error."
STOPS = "{} stops the program, and a check goes on by itself. Take the line out; print() shows a value."


class Alone(Exception):
    """A function asked for somebody; the text is the sentence for the learner."""


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Let `input()`, `breakpoint()`, `pdb.set_trace()` and `os._exit()` say what to do in their place."""
    before = builtins.input, sys.breakpointhook, pdb.set_trace, os._exit
    builtins.input, sys.breakpointhook = _raising(ASKS), _raising(STOPS.format("breakpoint()"))
    pdb.set_trace = _raising(STOPS.format("pdb.set_trace()"))
    os._exit = _ending(os._exit)  # type: ignore[assignment]  # mypy takes its argument by name
    try:
        yield
    finally:
        builtins.input, sys.breakpointhook, pdb.set_trace, os._exit = before


def _raising(sentence: str) -> Callable[..., Any]:
    def refuse(*args: object, **kwargs: object) -> NoReturn:
        raise Alone(sentence)

    return refuse


def _ending(end: Callable[[int], NoReturn]) -> Callable[[int], NoReturn]:
    """Refuse in this process; one that a function has forked ends as ever."""
    mine, refuse = os.getpid(), _raising(ENDS)
    return lambda status: refuse() if os.getpid() == mine else end(status)
