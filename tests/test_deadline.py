"""A limit on time is not used up by the work of others, and not stretched by threads of one's own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from one_file import failure, value

from autograde.limits import Limits
from autograde.sandbox.deadline import (
    MOST_EXCUSED,
    MOST_WALL,
    TICKS_PER_S,
    CpuDeadline,
    Deadline,
    Meter,
    Usage,
)
from autograde.sandbox.sandbox import Sandbox
from autograde.verdict import Verdict

SPIN = "while True: pass"


class Process:
    """A process whose usage the test sets."""

    def __init__(self) -> None:
        self.usage = Usage()

    def __call__(self) -> Usage:
        return self.usage


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


@pytest.mark.parametrize(
    ("passed_s", "ran_s", "waited_s", "rest_s"),
    [
        (1.0, 1.0, 0.0, 4.0),
        (6.0, 6.0, 0.0, -1.0),  # it ran all the time
        (6.0, 0.0, 0.0, -1.0),  # it slept
        (6.0, 3.0, 3.0, 2.0),  # half of the time others ran
        (6.0, 12.0, 6.0, -1.0),  # its own threads took each other two processors
        (100.0, 1.0, 99.0, -75.0),  # however long it waited
    ],
)
def test_what_others_ran_is_excused(
    clock: list[float], passed_s: float, ran_s: float, waited_s: float, rest_s: float
) -> None:
    process = Process()
    deadline = Deadline(5.0, process)
    clock[0] += passed_s
    process.usage = Usage(ran_s, waited_s)
    assert deadline.rest_s == pytest.approx(rest_s)
    assert deadline.elapsed_s == pytest.approx(min(5.0 - rest_s, passed_s))
    assert MOST_EXCUSED == 4


@pytest.mark.parametrize(
    ("passed_s", "ran_s", "waited_s", "rest_s"),
    [
        (6.0, 3.0, 3.0, 2.0),  # others ran
        (6.0, 0.0, 0.0, 5.0),  # it slept
        (3.0, 6.0, 0.0, -1.0),  # two threads
        (21.0, 0.0, 0.0, -1.0),  # it slept four times as long as it may run
    ],
)
def test_processor_seconds_are_those_that_all_threads_ran(
    clock: list[float], passed_s: float, ran_s: float, waited_s: float, rest_s: float
) -> None:
    process = Process()
    deadline = CpuDeadline(5.0, process)
    clock[0] += passed_s
    process.usage = Usage(ran_s, waited_s)
    assert deadline.rest_s == pytest.approx(rest_s)
    assert MOST_WALL == 4


def test_what_was_excused_is_remembered_when_the_process_has_gone(clock: list[float]) -> None:
    process = Process()
    deadline = Deadline(5.0, process)
    clock[0] += 6.0
    process.usage = Usage(3.0, 3.0)
    assert deadline.rest_s == pytest.approx(2.0)
    process.usage = Usage()
    assert deadline.elapsed_s == pytest.approx(3.0)


@pytest.mark.slow
def test_usage_of_a_process() -> None:
    busy = subprocess.Popen([sys.executable, "-S", "-c", SPIN])
    meter = Meter(busy.pid)
    try:
        time.sleep(1)
        assert meter.used().ran_s > 0.05
    finally:
        busy.kill()
        busy.wait()
    time.sleep(2 / TICKS_PER_S)
    assert meter.used() == Meter(busy.pid).used() == Usage()
    meter.close()


BURN = """
import time

def run(s):
    until = time.process_time() + s
    while time.process_time() < until:
        pass
    return "done"
"""


@pytest.fixture
def crowded() -> Iterator[None]:
    """This process and what it starts have one processor, and three other processes want it too."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(allowed)})
    others = [subprocess.Popen([sys.executable, "-S", "-c", SPIN]) for _ in range(3)]
    yield
    os.sched_setaffinity(0, allowed)
    for other in others:
        other.kill()
        other.wait()


@pytest.mark.slow
@pytest.mark.usefixtures("crowded")
def test_a_busy_machine_is_not_a_slow_answer() -> None:
    with Sandbox(Limits(call_s=1.0)) as sandbox:
        assert value(sandbox, BURN, 0.7) == "done"
        assert failure(sandbox, BURN, 3.0).verdict is Verdict.TIME_LIMIT_EXCEEDED
        assert (
            failure(sandbox, "import time\ndef run(): time.sleep(9)").verdict is Verdict.TIME_LIMIT_EXCEEDED
        )
