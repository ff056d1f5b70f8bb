"""Ends a call that takes too long, in this process: a help for learners, not a defence."""

from __future__ import annotations

import contextlib
import ctypes
import signal
import threading
from collections.abc import Iterator
from types import FrameType


class TooSlow(BaseException):
    """The call took longer than it may. Not an `Exception`, so that learners' handlers let it pass."""


def time_limit(seconds: float) -> contextlib.AbstractContextManager[None]:
    """Raise `TooSlow` in the block after `seconds`.

    A signal does it where there is one. On Windows, and where a front end has a thread of its own for what
    widgets ask for, another thread does: between two steps of Python, so that a call in C is waited for.
    """
    signalled = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    return _by_signal(seconds) if signalled else _by_thread(seconds)


@contextlib.contextmanager
def _by_signal(seconds: float) -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        raise TooSlow(_said(seconds))

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextlib.contextmanager
def _by_thread(seconds: float) -> Iterator[None]:
    mine, changing, ended = threading.get_ident(), threading.Lock(), False

    def stop() -> None:
        with changing:
            if not ended:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(mine), ctypes.py_object(TooSlow))

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        yield
    except TooSlow as error:
        raise TooSlow(_said(seconds)).with_traceback(error.__traceback__) from None
    finally:
        with changing:
            ended = True
        timer.cancel()


def _said(seconds: float) -> str:
    return f"no answer after {seconds:g} s"
