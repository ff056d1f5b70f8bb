"""What a judge sees of a submission: values, objects that stay behind, and failures in words."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from one_file import failure, value

from autograde.call import Call, Remote, Target
from autograde.limits import Limits
from autograde.sandbox.channel import Channel
from autograde.sandbox.failure import Frame, SubmissionFailure
from autograde.sandbox.inside.agreed import USER
from autograde.sandbox.inside.frames import Kind
from autograde.sandbox.level import LAYERS, Level
from autograde.sandbox.sandbox import Sandbox
from autograde.sandbox.session import Session
from autograde.verdict import Verdict
from autograde.wire import ProtocolError, keep_nothing

SOFTMAX = b"""
import numpy as np

def softmax(scores):
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)
"""


ATTENTION = b"""
from attnlib.cpu.softmax import softmax
from . import softmax as module
from .softmax import softmax as again

def same():
    return softmax is again is module.softmax

def run():
    return softmax(1), module.softmax(1)
"""


ADDER = b"""
class Adder:
    def __init__(self, n):
        self.n = n

    def add(self, x, other=None):
        return x + self.n + (other.n if other else 0)

def run(n):
    return [Adder(n)]
"""


INSPECTED = """import inspect, traceback
def run():
    try:
        1 / 0  # here
    except ZeroDivisionError:
        return inspect.getsource(run).splitlines()[0], traceback.format_exc()
"""


def test_half_a_character_is_printed_as_in_a_notebook(sandbox: Sandbox) -> None:
    text = b"def half():\n    print('\\ud83d')\n    return 1\n"
    with sandbox.session("attnlib", {"cpu/softmax.py": text}) as session:
        assert session.call(Call(Target.of("cpu.softmax.half"))) == 1
        assert session.log == "\\ud83d\n"


def test_session_answers_calls_and_shows_what_was_printed(sandbox: Sandbox) -> None:
    scores = np.array([[0.0, 0.0], [1.0, 1.0]])
    with sandbox.session("attnlib", {"cpu/softmax.py": b"print('loaded\\x1b[2J')\n" + SOFTMAX}) as session:
        assert session.call(Call(Target.of("cpu.softmax.softmax"), (scores,))).tolist() == [
            [0.5, 0.5],
            [0.5, 0.5],
        ]
        assert session.call(Call(Target.of("cpu.softmax.softmax"), kwargs={"scores": scores})).shape == (2, 2)
        assert session.log == "loaded[2J\n"


def test_arguments_mode_shows_what_a_call_did_to_its_arguments(sandbox: Sandbox) -> None:
    with sandbox.session("attnlib", {"task.py": b"def run(x):\n    x += 1\n    return x.sum()\n"}) as session:
        total, args, kwargs = session.call(Call(Target.of("task.run"), (np.zeros(3),), mode="arguments"))
    assert (total, args[0].tolist(), kwargs) == (3.0, [1, 1, 1], {})


def test_files_import_each_other_absolutely_relatively_and_without_init(sandbox: Sandbox) -> None:
    sources = {
        "cpu/softmax.py": SOFTMAX,
        "cpu/attention.py": ATTENTION,
    }
    with sandbox.session("attnlib", sources) as session:
        assert session.call(Call(Target.of("cpu.attention.same"))) is True


def test_package_file_and_file_named_like_a_library_behave(sandbox: Sandbox) -> None:
    sources = {
        "__init__.py": b"TOP = 1\n",
        "numpy.py": b"raise SystemExit\n",
        "cpu/__init__.py": b"from attnlib import TOP\ndef top():\n    return TOP\n",
        "cpu/json.py": b"import json, numpy\ndef real():\n    return json.dumps([numpy.pi])\n",
    }
    with sandbox.session("attnlib", sources) as session:
        assert session.call(Call(Target.of("cpu.top"))) == 1
        assert session.call(Call(Target.of("cpu.json.real"))) == "[3.141592653589793]"


def test_a_broken_file_touches_only_what_needs_it(sandbox: Sandbox) -> None:
    sources = {
        "good.py": b"def run():\n    return 1\n",
        "bad.py": b"def run(:\n",
        "user.py": b"import attnlib.bad\n",
    }
    with sandbox.session("attnlib", sources) as session:
        assert session.call(Call(Target.of("good.run"))) == 1
        for target in ("bad.run", "user.run"):
            with pytest.raises(SubmissionFailure, match="SyntaxError: invalid syntax") as caught:
                session.call(Call(Target.of(target)))
            assert caught.value.frames[-1] == Frame("attnlib/bad.py", 1, "<module>")
        assert session.call(Call(Target.of("good.run"))) == 1


def test_source_is_there_for_inspect_and_for_tracebacks(sandbox: Sandbox) -> None:
    first, trace = value(sandbox, INSPECTED)
    assert first == "def run():"
    assert 'File "attnlib/task.py", line 4, in run\n    1 / 0  # here' in trace


@pytest.mark.parametrize(
    ("source", "verdict", "message", "error_type"),
    [
        (
            "def other(): pass",
            "not_attempted",
            "attnlib/task.py: expected a function run, got none.",
            "Missing",
        ),
        ("def run(): raise NotImplementedError('03.1')", "not_attempted", "03.1", "NotImplementedError"),
        (
            "import datetime\ndef run(): datetime.tzinfo().utcoffset(None)",
            "run_time_error",
            "NotImplementedError: a tzinfo subclass must implement utcoffset()",
            "NotImplementedError",
        ),
        ("def run(): return [][9]", "run_time_error", "IndexError: list index out of range", "IndexError"),
        ("def run(x): return x", "run_time_error", "TypeError: run() missing 1 required", "TypeError"),
        ("def run(): raise KeyboardInterrupt", "run_time_error", "KeyboardInterrupt", "KeyboardInterrupt"),
        (
            "import nothing_like_it",
            "rule_broken",
            "nothing_like_it in attnlib/task.py, line 1: only numpy and Python's standard library",
            "Refused",
        ),
        ("import torch", "rule_broken", "torch in attnlib/task.py, line 1: only numpy", "Refused"),
        ("from attnlib.cpu import gone", "run_time_error", "ModuleNotFoundError: ", "ModuleNotFoundError"),
        (
            "x = '\0'",
            "run_time_error",
            "SyntaxError: source code string cannot contain null bytes",
            "SyntaxError",
        ),
    ],
)
def test_failure_says_what_happened(
    sandbox: Sandbox, source: str, verdict: str, message: str, error_type: str
) -> None:
    found = failure(sandbox, source)
    assert (found.verdict, found.error_type) == (verdict, error_type)
    assert found.message.startswith(message)


def test_missing_file_is_not_attempted(sandbox: Sandbox) -> None:
    with sandbox.session("attnlib", {}) as session, pytest.raises(SubmissionFailure) as caught:
        session.call(Call(Target.of("cpu.softmax.softmax")))
    assert caught.value.verdict is Verdict.NOT_ATTEMPTED
    assert caught.value.message == "attnlib/cpu/softmax.py: expected a function softmax, got no such file."


def test_frames_name_lines_of_the_submission_only(sandbox: Sandbox) -> None:
    found = failure(
        sandbox, "import json\ndef run():\n    return inner()\ndef inner():\n    return json.loads('{')\n"
    )
    assert found.frames == (Frame("attnlib/task.py", 3, "run"), Frame("attnlib/task.py", 5, "inner"))


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ("torch.ones(2).to_sparse()", "tensor of torch.float32 with layout torch.sparse_coo on cpu"),
        ("torch.ones(2, device='meta')", "tensor of torch.float32 with layout torch.strided on meta"),
        (
            "torch.ones(2, dtype=torch.complex32)",
            "tensor of torch.complex32 with layout torch.strided on cpu",
        ),
        ("np.array([{}])", "NumPy array of dtype object"),
    ],
)
def test_an_array_that_cannot_travel_is_told_by_what_is_odd(sandbox: Sandbox, made: str, said: str) -> None:
    source = f"import numpy as np\nimport torch\ndef run():\n    return {made}\n".encode()
    with sandbox.session("attnlib", {"task.py": source}, packages="torch") as session:
        assert session.call(Call(Target.of("task.run"))) == Remote("#0", said)


def test_objects_stay_in_the_worker_and_answer_by_handle(sandbox: Sandbox) -> None:
    with sandbox.session("attnlib", {"task.py": ADDER}) as session:
        [adder] = session.call(Call(Target.of("task.run"), (2,)))
        assert adder == Remote("#0", "Adder")
        assert session.call(Call(Target("#0", ("add",)), (1, adder))) == 5
        assert session.call(Call(Target("#0", ("add",)), (1,))) == 3
        with pytest.raises(SubmissionFailure, match="expected a function subtract, got none"):
            session.call(Call(Target("#0", ("subtract",))))


def test_objects_are_lost_with_their_process_and_the_message_says_so(sandbox: Sandbox) -> None:
    source = b"import os\ndef make():\n    return object()\ndef leave():\n    os._exit(1)\n"
    with sandbox.session("attnlib", {"task.py": source}) as session:
        made = session.call(Call(Target.of("task.make")))
        with pytest.raises(SubmissionFailure):
            session.call(Call(Target.of("task.leave")))
        with pytest.raises(SubmissionFailure, match="lost when the process that held it ended"):
            session.call(Call(Target.of("task.make"), (made,)))


def test_the_submission_comes_before_any_other_attnlib() -> None:
    """Without walls the worker could find the one beside the engine."""
    with (
        Sandbox(unsafe=True, layers=LAYERS[Level.NONE] - {USER}) as bare,
        bare.session("attnlib", {"shapes.py": b"MINE = 1\n"}) as session,
    ):
        with pytest.raises(SubmissionFailure, match="'int' object is not callable"):
            session.call(Call(Target.of("shapes.MINE")))
        with pytest.raises(SubmissionFailure, match="got no such file"):
            session.call(Call(Target.of("complexity.count")))
        assert "torch in attnlib/task.py, line 1" in failure(bare, "import torch").message


def test_stand_in_takes_the_place_of_a_function_for_everybody(sandbox: Sandbox) -> None:
    stand_ins = {"cpu.softmax.softmax": "def softmax(x):\n    return 'stand-in'\n"}
    variants = [SOFTMAX, b"def softmax(x:\n", b"raise SystemExit\n", None]
    for variant in variants:
        sources = {"cpu/user.py": ATTENTION} | ({"cpu/softmax.py": variant} if variant is not None else {})
        with sandbox.session("attnlib", sources, stand_ins=stand_ins) as session:
            assert session.call(Call(Target.of("cpu.user.run"))) == ("stand-in", "stand-in")


def test_stand_in_serves_the_other_functions_of_its_own_file(sandbox: Sandbox) -> None:
    source = "def helper():\n    raise NotImplementedError\ndef run():\n    return helper()\n"
    assert value(sandbox, source, stand_ins={"task.helper": "def helper():\n    return 7\n"}) == 7


ONE_BY_ONE = b"""
seen = []

def run(x):
    seen.append(len(x))
    if len(x) == 3:
        raise ValueError("three")
    if len(x) == 5:
        while True:
            pass
    return len(x)

def order():
    return list(seen)
"""


def asked_ahead(*lengths: int) -> list[Call]:
    return [Call(Target.of("task.run"), (np.zeros(length),)) for length in lengths]


@pytest.fixture
def session(sandbox: Sandbox) -> Iterator[Session]:
    """Return a session that has answered once: only then something can be sent ahead."""
    with sandbox.session("attnlib", {"task.py": ONE_BY_ONE}) as begun:
        assert begun.call(*asked_ahead(1)) == 1
        yield begun


def test_what_is_sent_ahead_is_answered_as_if_it_were_asked_in_its_turn(session: Session) -> None:
    calls = asked_ahead(2, 3, 4)
    session.ahead(calls)
    assert session.call(calls[0]) == 2
    with pytest.raises(SubmissionFailure, match="ValueError: three"):
        session.call(calls[1])
    assert session.call(calls[2]) == 4
    assert session.call(Call(Target.of("task.order"))) == [1, 2, 3, 4]


def test_answers_that_nobody_asks_for_are_not_taken_for_others(session: Session) -> None:
    calls = asked_ahead(2, 6, 4)
    session.ahead(calls)
    assert session.call(calls[0]) == 2
    assert session.call(*asked_ahead(7)) == 7
    assert session.call(calls[1]) == 6
    assert session.call(Call(Target.of("task.order"))) == [1, 2, 6, 4, 7, 6]


def test_one_call_that_hangs_costs_its_limit_and_not_the_calls_after_it(sandbox: Sandbox) -> None:
    with sandbox.under(replace(sandbox.limits, call_s=0.5)).session(
        "attnlib", {"task.py": ONE_BY_ONE}
    ) as session:
        assert session.call(*asked_ahead(1)) == 1
        calls = asked_ahead(2, 5, 4)
        session.ahead(calls)
        assert session.call(calls[0]) == 2
        with pytest.raises(SubmissionFailure) as caught:
            session.call(calls[1])
        assert caught.value.verdict == Verdict.TIME_LIMIT_EXCEEDED
        assert session.call(calls[2]) == 4


def test_what_the_pipe_does_not_hold_is_sent_in_its_turn(session: Session) -> None:
    calls = asked_ahead(2, 200_000, 30, 400_000, 7)
    session.ahead(calls)
    assert [session.call(call) for call in calls] == [2, 200_000, 30, 400_000, 7]


def test_more_is_sent_ahead_once_a_worker_is_there_and_its_pipe_is_empty(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent, send = [], Channel.send

    def counted(channel: Channel, *args: Any) -> list[int]:
        sequences = send(channel, *args)
        sent.append(len(sequences))
        return sequences

    monkeypatch.setattr(Channel, "send", counted)
    calls = asked_ahead(2, 4, 200_000, 30, 7)
    with sandbox.session("attnlib", {"task.py": ONE_BY_ONE}) as session:
        session.ahead(calls)
        assert [session.call(call) for call in calls] == [2, 4, 200_000, 30, 7]
    assert sent == [2, 0, 0, 2]


ENDS_BEHIND_ITS_ANSWER = b"""
import os, threading

def run(_):
    threading.Timer(0.05, os._exit, [0]).start()

def other(x):
    return x
"""


def test_who_ends_behind_an_answer_does_not_cost_the_next_exercise(sandbox: Sandbox) -> None:
    with sandbox.session("attnlib", {"task.py": ENDS_BEHIND_ITS_ANSWER}) as session:
        session.call(Call(Target.of("task.run"), (1,)))
        time.sleep(0.5)
        session.renew()
        assert session.call(Call(Target.of("task.other"), (2,))) == 2


def test_questions_that_nobody_reads_are_told() -> None:
    channel = Channel(Limits())
    many = [bytes(100_000)] * 20
    assert 0 < len(channel.send(Kind.CALL, many, keep_nothing)) < len(many)
    with pytest.raises(ProtocolError, match="got a full pipe"):
        channel.send(Kind.CALL, many, keep_nothing)
    channel.handed_over()
    channel.close()


FORGED = b"""
import os

def first():
    return 1

def run(x):
    for pipe in range(3, 64):
        try:
            os.write(pipe, b"ASKS" + bytes(26))
        except OSError:
            continue
    return len(x)
"""


def test_an_answer_out_of_turn_is_none(sandbox: Sandbox) -> None:
    with sandbox.session("attnlib", {"task.py": FORGED}) as session:
        session.call(Call(Target.of("task.first")))
        calls = asked_ahead(2, 3)
        session.ahead(calls)
        with pytest.raises(SubmissionFailure, match="not plainly returned"):
            session.call(calls[0])
