"""When an answer must be there: so many seconds, without those in which the machine did other work."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

MOST_WALL = 4
"""A call that is limited in processor seconds has this many times as many seconds."""

MOST_EXCUSED = 4
"""A call waits at most this many times its limit longer, however busy the machine is."""

SHORT_S = 0.05
"""In less time nothing is worth asking the kernel for."""

MOST_READ = 1 << 12
TICKS_PER_S = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


class Usage(NamedTuple):
    """Seconds that a process ran, and seconds that its first thread was ready to run and waited."""

    ran_s: float = 0.0
    waited_s: float = 0.0


class Meter:
    """Says what a process has used; where the kernel does not say, or it has ended, nothing.

    The kernel counts in ticks: asked again within one, the answer is the same.
    """

    def __init__(self, pid: int) -> None:
        self._files: list[int] = []
        self._last, self._asked_s = Usage(), -math.inf
        with suppress(OSError):
            for name in ("stat", "schedstat"):
                self._files.append(os.open(f"/proc/{pid}/{name}", os.O_RDONLY | os.O_CLOEXEC))

    def used(self) -> Usage:
        """Return the usage so far."""
        now_s = time.monotonic()
        if now_s - self._asked_s >= 1 / TICKS_PER_S:
            self._last, self._asked_s = self._read(), now_s
        return self._last

    def _read(self) -> Usage:
        try:
            stat, schedstat = (os.pread(file, MOST_READ, 0) for file in self._files)
            times, waited = stat.rpartition(b")")[2].split(None, 13), schedstat.split()[1]
            return Usage((int(times[11]) + int(times[12])) / TICKS_PER_S, int(waited) / 1e9)
        except (OSError, ValueError, IndexError):
            return Usage()

    def close(self) -> None:
        """Close the files."""
        while self._files:
            os.close(self._files.pop())


class Deadline:
    """So many seconds from now on.

    What the process waited for a processor is excused, as far as it did not run meanwhile: threads of its
    own that take each other the processor excuse nothing.
    """

    def __init__(self, limit_s: float, used: Callable[[], Usage] = Usage) -> None:
        self._limit_s = limit_s
        self._used = used
        self._before = used()
        self._excused = 0.0
        self._start = time.monotonic()

    @property
    def elapsed_s(self) -> float:
        """The seconds so far, without what is excused."""
        passed_s = time.monotonic() - self._start
        return passed_s - (self._excused_s(passed_s) if passed_s > SHORT_S else 0.0)

    @property
    def rest_s(self) -> float:
        """The seconds that are left; the kernel is only asked once they seem to be over."""
        passed_s = time.monotonic() - self._start
        rest_s = self._limit_s - passed_s
        return rest_s if rest_s > 0 else rest_s + self._excused_s(passed_s)

    def _excused_s(self, passed_s: float) -> float:
        """Return what is excused so far; of a process that has ended, what was known last."""
        now = self._used()
        waited_s = now.waited_s - self._before.waited_s
        idle_s = passed_s - (now.ran_s - self._before.ran_s)
        found = min(waited_s, idle_s, MOST_EXCUSED * self._limit_s)
        self._excused = max(self._excused, found)
        return self._excused


class CpuDeadline(Deadline):
    """So many seconds of all threads on the processors; whoever sleeps instead is not waited for either."""

    def __init__(self, limit_s: float, used: Callable[[], Usage] = Usage) -> None:
        super().__init__(limit_s * MOST_WALL, used)
        self._cpu_s = limit_s

    @property
    def rest_s(self) -> float:
        """The seconds that are left, if one thread runs."""
        return min(super().rest_s, self._cpu_s - (self._used().ran_s - self._before.ran_s))
