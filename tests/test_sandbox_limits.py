"""Every limit has its verdict and its sentence, and whatever dies is replaced a few times."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from one_file import failure, value

from autograde.call import Call, Target
from autograde.limits import Limits
from autograde.sandbox.deadline import Usage
from autograde.sandbox.failure import SubmissionFailure
from autograde.sandbox.sandbox import Sandbox
from autograde.sandbox.session import Clock
from autograde.verdict import Verdict

HUNGRY = """
import os
kept = []

def run():
    try:
        while True:
            kept.append(b"x" * (8 << 20))
    except MemoryError:
        os._exit(1)
"""


LARGE = b"""
import time
import numpy as np

def run(n):
    return np.ones(n).size

def wait(s):
    time.sleep(s)
"""


SMALL = Limits(
    load_s=1,
    call_s=1,
    submission_s=3,
    memory_bytes=256 << 20,
    output_bytes=1 << 20,
    log_bytes=100,
    respawns=2,
)


@pytest.fixture(scope="module")
def small() -> Iterator[Sandbox]:
    with Sandbox(SMALL) as sandbox:
        yield sandbox


@pytest.mark.slow
@pytest.mark.parametrize(
    ("source", "verdict", "message"),
    [
        (
            "import time\ndef run(): time.sleep(9)",
            "time_limit_exceeded",
            "run: expected an answer within 1 s, got none.",
        ),
        (
            "import time\ntime.sleep(9)",
            "time_limit_exceeded",
            "attnlib.task: expected an answer within 1 s, got none.",
        ),
        (
            "def run(): return bytearray(1 << 30)",
            "memory_limit_exceeded",
            "run: expected at most 256 MiB of memory, got more.",
        ),
        ("def run(): return 'x' * (2 << 20)", "output_limit_exceeded", "run: "),
        (
            "def run(): return b'x' * (2 << 20)",
            "output_limit_exceeded",
            "run: value: expected at most 1048576 bytes, got 2097152.",
        ),
        (
            "def run(): print('x' * (2 << 20))",
            "output_limit_exceeded",
            "run: expected at most 1048576 bytes printed, got more.",
        ),
        (
            "def run(): return [object() for _ in range(5000)]",
            "output_limit_exceeded",
            "run: objects: expected at most 4000, got more.",
        ),
        (
            "import os\ndef run(): os._exit(3)",
            "run_time_error",
            "run: expected an answer, got the end of its process (exit status 3).",
        ),
        (
            "from numpy.lib.stride_tricks import as_strided as cut\nimport numpy as np\n"
            "def run(): return float(cut(np.ones(1), (2,), (1 << 40,))[1])",
            "run_time_error",
            "run: expected an answer, got the end of its process (SIGSEGV). Most often an index has left",
        ),
    ],
)
def test_limit_has_its_verdict_and_its_sentence(
    small: Sandbox, source: str, verdict: str, message: str
) -> None:
    found = failure(small, source)
    assert found.verdict == verdict
    assert found.message.startswith(message)


def test_death_at_the_memory_limit_is_called_by_its_name(small: Sandbox) -> None:
    assert failure(small, HUNGRY).verdict is Verdict.MEMORY_LIMIT_EXCEEDED


def test_only_the_beginning_of_what_is_printed_is_kept(small: Sandbox) -> None:
    with small.session("attnlib", {"task.py": b"def run():\n    print('x' * 1000)\n"}) as session:
        session.call(Call(Target.of("task.run")))
        assert session.log == "x" * 100


def test_call_with_limits_of_its_own_runs_in_a_fresh_worker(sandbox: Sandbox) -> None:
    with sandbox.session("attnlib", {"task.py": LARGE}) as session:
        assert session.call(Call(Target.of("task.run"), (20_000_000,))) == 20_000_000
        with pytest.raises(SubmissionFailure, match="at most 64 MiB of memory") as caught:
            session.call(Call(Target.of("task.run"), (20_000_000,), memory_bytes=64 << 20))
        assert caught.value.verdict is Verdict.MEMORY_LIMIT_EXCEEDED
        assert session.call(Call(Target.of("task.run"), (1_000_000,), memory_bytes=64 << 20)) == 1_000_000
        with pytest.raises(SubmissionFailure, match=r"within 0\.2 s"):
            session.call(Call(Target.of("task.wait"), (5,), timeout_s=0.2))
        assert session.call(Call(Target.of("task.run"), (3,))) == 3


def test_workers_are_started_again_a_few_times_only(small: Sandbox) -> None:
    with small.session(
        "attnlib", {"task.py": b"import os\ndef run(x):\n    return os._exit(1) if x else 5\n"}
    ) as session:
        for _ in range(SMALL.respawns + 1):
            assert session.call(Call(Target.of("task.run"), (0,))) == 5
            with pytest.raises(SubmissionFailure, match="end of its process"):
                session.call(Call(Target.of("task.run"), (1,)))
        with pytest.raises(SubmissionFailure, match="It ended 3 times; the rest was not run") as caught:
            session.call(Call(Target.of("task.run"), (0,)))
        assert caught.value.verdict is Verdict.RUN_TIME_ERROR


@pytest.mark.slow
def test_a_file_that_does_not_load_is_not_tried_again(small: Sandbox) -> None:
    with small.session(
        "attnlib", {"slow.py": b"import time\ntime.sleep(9)\n", "good.py": b"def run():\n    return 1\n"}
    ) as session:
        for _ in range(4):
            with pytest.raises(SubmissionFailure, match="within 1 s"):
                session.call(Call(Target.of("slow.run")))
        assert session.call(Call(Target.of("good.run"))) == 1


@pytest.mark.slow
def test_all_calls_together_have_a_limit(small: Sandbox) -> None:
    with small.session("attnlib", {"task.py": b"import time\ndef run():\n    time.sleep(0.7)\n"}) as session:
        for _ in range(4):
            session.call(Call(Target.of("task.run")))
        with pytest.raises(SubmissionFailure, match="expected at most 3 s for all calls together") as caught:
            session.call(Call(Target.of("task.run")))
        assert caught.value.verdict is Verdict.TIME_LIMIT_EXCEEDED


@pytest.mark.slow
def test_all_sessions_of_a_submission_have_one_clock(small: Sandbox) -> None:
    sources = {"task.py": b"import time\ndef run():\n    time.sleep(0.7)\n"}
    clock = Clock()
    for _ in range(3):
        with small.session("attnlib", sources, clock=clock) as session:
            session.call(Call(Target.of("task.run")))
            if clock.used_s < 2:
                session.call(Call(Target.of("task.run"), timeout_s=0.9))  # in a worker of its own
    with small.session("attnlib", sources, clock=clock) as last:
        with pytest.raises(SubmissionFailure, match="at most 3 s for all calls together"):
            last.call(Call(Target.of("task.run")))
        begun_s = clock.used_s
        with pytest.raises(SubmissionFailure, match="at most 3 s for all calls together"):
            last.call(Call(Target.of("task.run")))
        assert last._worker is None, "no worker is started for an answer that there is no time for"
    assert clock.used_s == begun_s


def test_a_dead_zygote_is_our_fault_and_nobody_notices(small: Sandbox) -> None:
    with small.session("attnlib", {"task.py": b"def run():\n    return 1\n"}) as session:
        assert session.call(Call(Target.of("task.run"))) == 1
        os.kill(small._zygotes["numpy"]._process.pid, signal.SIGKILL)
        assert session.call(Call(Target.of("task.run"))) == 1


def test_a_session_is_closed_quietly_when_its_zygote_has_died(small: Sandbox) -> None:
    session = small.session("attnlib", {"task.py": b"def run():\n    return 1\n"})
    session.call(Call(Target.of("task.run")))
    zygote = small._zygotes["numpy"]._process
    zygote.kill()
    zygote.wait()
    session.close()


def test_what_is_said_between_two_questions_ends_the_worker(small: Sandbox) -> None:
    source = b"import os, threading\ndef run():\n    threading.Timer(0.1, os.write, (4, b'hello')).start()\n"
    with small.session("attnlib", {"task.py": source}) as session:
        session.call(Call(Target.of("task.run")))
        time.sleep(0.5)
        with pytest.raises(
            SubmissionFailure, match="answer: expected none before the question, got one"
        ) as caught:
            session.call(Call(Target.of("task.run")))
        assert caught.value.verdict is Verdict.RUN_TIME_ERROR


def test_a_forked_judge_starts_its_own_zygotes(small: Sandbox) -> None:
    assert value(small, "def run():\n    return 1\n") == 1
    forked = multiprocessing.get_context("fork").Process(target=_judge_in_a_fork, args=(small,))
    forked.start()
    assert value(small, "def run():\n    return 2\n") == 2
    forked.join()
    assert forked.exitcode == 0


def _judge_in_a_fork(sandbox: Sandbox) -> None:
    good = value(sandbox, "def run():\n    return 3\n") == 3
    good = good and sandbox._zygotes["numpy"].owner == os.getpid()
    sandbox.close()
    os._exit(0 if good else 1)


COSTLY = b"""
import mmap, resource, threading, time, tracemalloc
import numpy as np

honest_s, wait = time.process_time, time.sleep
time.process_time = lambda: 0.0
resource.getrusage = tracemalloc.get_traced_memory = lambda *_: (0, 0)

def hold(mebibytes):
    held = mmap.mmap(-1, mebibytes << 20)
    for page in range(0, mebibytes << 20, 4096):
        held[page] = 1
    held.close()

def work(s):
    start_s = honest_s()
    while honest_s() < start_s + s:
        np.ones(100_000).sum()

def work_in_threads(s):
    threads = [threading.Thread(target=work, args=(s,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
"""


def measured(sandbox: Sandbox, name: str, *args: float, **limits: float) -> dict[str, float]:
    with sandbox.session("attnlib", {"task.py": COSTLY}) as session:
        answer: dict[str, float] = session.call(
            Call(Target.of(f"task.{name}"), args, mode="outside", **limits)  # type: ignore[arg-type]
        )
        return answer


def test_what_a_call_held_and_gave_back_is_known_outside(sandbox: Sandbox) -> None:
    little, much = (measured(sandbox, "hold", size)["peak_bytes"] for size in (1, 64))
    assert 0 < little < 8 << 20
    assert 62 << 20 < much - little < 66 << 20


@pytest.mark.parametrize(("name", "s"), [("work", 0.3), ("work_in_threads", 0.3), ("wait", 0.0)])
def test_what_a_call_had_of_the_processors_is_known_outside(sandbox: Sandbox, name: str, s: float) -> None:
    assert s <= measured(sandbox, name, 0.3)["cpu_s"] < s + 0.1


@pytest.mark.slow
@pytest.mark.parametrize("name", ["work", "work_in_threads", "wait"])
def test_seconds_of_processor_time_are_a_limit(sandbox: Sandbox, name: str) -> None:
    with pytest.raises(SubmissionFailure, match=r"within 0\.2 s of processor time, got none") as caught:
        measured(sandbox, name, 5.0, cpu_s=0.2)
    assert caught.value.verdict is Verdict.TIME_LIMIT_EXCEEDED


def test_what_was_answered_in_time_and_worked_too_long_all_the_same_is_late(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograde.sandbox.process.Forked.used", lambda _: Usage())
    monkeypatch.setattr("autograde.sandbox.deadline.MOST_WALL", 1000)
    with pytest.raises(SubmissionFailure, match=r"within 0\.2 s of processor time, got none"):
        measured(sandbox, "work", 0.3, cpu_s=0.2)


def test_a_measured_call_has_a_worker_to_itself(sandbox: Sandbox) -> None:
    source = b"calls = []\ndef run():\n    calls.append(1)\n    return len(calls)\n"
    with sandbox.session("attnlib", {"task.py": source}) as session:
        call = Call(Target.of("task.run"))
        assert session.call(call) == session.call(replace(call, mode="outside"))["value"] == 1
        assert session.call(call) == 2
