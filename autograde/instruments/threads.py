"""Notes other threads: what they do is not counted, or belongs to nobody's count.

Three things tell of one: it is started; it was there before, such as those of a pool that a module made while
it was imported; or it had the processors meanwhile, which also tells of threads that Python does not know.
"""

from __future__ import annotations

import _thread
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

ESCAPE = "thread"

OTHERS_S = 0.02
"""So much of the processors may other threads have during a count: a kernel's clock has steps of 0.004 s."""

_DOORS = ((threading, "_start_new_thread"), (_thread, "start_new_thread"))

_alone_since: list[frozenset[int]] = []


def alone_now() -> None:
    """Say that nothing of a submission is loaded yet: every further thread is the submission's.

    Only a worker can say so. A notebook's kernel starts threads of its own at any time.
    """
    _alone_since[:] = [frozenset(sys._current_frames())]


@contextmanager
def noting_threads(escapes: set[str], *, by_clock: bool) -> Iterator[None]:
    """Add "thread" to `escapes` where another thread than this one was there or was started.

    With `by_clock` also where another worked; where a library has threads of its own, that says nothing.
    """
    if _alone_since and set(sys._current_frames()) - _alone_since[0] - {threading.get_ident()}:
        escapes.add(ESCAPE)
    original = [getattr(holder, name) for holder, name in _DOORS]
    for (holder, name), door in zip(_DOORS, original, strict=True):
        setattr(holder, name, noting(door, escapes, ESCAPE))
    others_s = time.process_time() - time.thread_time()
    try:
        yield
    finally:
        for (holder, name), door in zip(_DOORS, original, strict=True):
            setattr(holder, name, door)
    if by_clock and time.process_time() - time.thread_time() - others_s > OTHERS_S:
        escapes.add(ESCAPE)


def noting(door: Callable[..., Any], escapes: set[str], found: str) -> Callable[..., Any]:
    """Return a function that does what `door` does, and adds `found` to `escapes`."""

    def noted(*args: Any, **kwargs: Any) -> Any:
        escapes.add(found)
        return door(*args, **kwargs)

    return noted
