"""The public checks: every way to be right or wrong gets its verdict, its sentence and a next step."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from pathlib import Path

import pytest
import torch
from click.testing import CliRunner
from sample_course import SCORES, make_workspace, write

from autograde.call import Call
from autograde.cli.learner import check as check_command
from autograde.cli.learner import hint as hint_command
from autograde.cli.learner import progress as progress_command
from autograde.cli.learner import reset_command
from autograde.course.workspace import Workspace
from autograde.errors import AutogradeError
from autograde.practice import direct
from autograde.practice.run import Practice, practise, practise_all
from autograde.practice.timeout import TooSlow, time_limit
from autograde.verdict import Verdict

RIGHT = "return 2 * x"


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.delenv("AUTOGRADE_WORKSPACE", raising=False)
    made = make_workspace(tmp_path)
    monkeypatch.chdir(made.lessons / "01_first")
    return made


def verdicts(result: Practice) -> list[Verdict | None]:
    return [check.verdict for check in result.checks]


def test_a_right_answer_is_accepted_and_names_the_next_exercise(workspace: Workspace) -> None:
    write(workspace, "double", RIGHT)
    result = practise(workspace, "01.1")
    assert result.accepted
    assert result.summary == "01.1 double: 2 of 2 public checks accepted. Hidden checks run when you submit."
    assert (result.advice.action, result.advice.exercise_id) == ("continue", "01.2")


def test_the_last_exercise_of_a_lesson_ends_it(workspace: Workspace) -> None:
    write(workspace, "double", RIGHT)
    write(workspace, "quadruple", "return double(double(x))")
    assert practise(workspace, "02.1").advice.action == "finish"


def test_the_skeleton_is_not_written_yet(workspace: Workspace) -> None:
    result = practise(workspace, "01.1")
    assert verdicts(result) == [Verdict.NOT_ATTEMPTED, Verdict.NOT_ATTEMPTED]
    assert result.summary == "01.1 double is not written yet."
    assert result.advice.action == "write"


def test_a_wrong_answer_is_described_and_drawn(workspace: Workspace) -> None:
    write(workspace, "double", "return x + 1")
    first, second = practise(workspace, "01.1").checks
    assert (first.verdict, second.verdict) == (Verdict.WRONG_ANSWER, Verdict.ACCEPTED)
    assert first.difference is not None
    assert first.difference.off == ((False, True), (True, True))
    assert first.difference.values == (("2", "3"), ("4", "5"))


def test_an_error_tells_the_line_of_the_learner(workspace: Workspace) -> None:
    write(workspace, "double", "return 2 * y")
    failed = practise(workspace, "01.1").checks[0]
    assert failed.verdict is Verdict.RUN_TIME_ERROR
    assert failed.message == "NameError: name 'y' is not defined"
    assert str(failed.place) == "attnlib/cpu/scores.py, line 9"
    assert failed.place is not None
    assert failed.place.code == "return 2 * y"


def test_changing_the_argument_is_seen(workspace: Workspace) -> None:
    write(workspace, "double", "x *= 2; return x")
    assert verdicts(practise(workspace, "01.1")) == [Verdict.ACCEPTED, Verdict.WRONG_ANSWER]


@pytest.mark.parametrize(
    ("text", "said", "line"),
    [
        ("x = (\n", "Python cannot read this: '(' was never closed.", 1),
        ("def double(x):\nreturn 2\n", "Python cannot read this: expected an indented block", 2),
        ("import numpy\n\nwrong\n", "NameError: name 'wrong' is not defined", 3),
        ("x = 1\0\n", "cannot read this", None),
    ],
)
def test_a_file_that_cannot_be_imported_is_told_by_line(
    workspace: Workspace, text: str, said: str, line: int | None
) -> None:
    (workspace.attnlib / "cpu/scores.py").write_text(text)
    result = practise(workspace, "01.1")
    assert set(verdicts(result)) == {Verdict.RUN_TIME_ERROR}
    assert said in result.problem or "null bytes" in result.problem
    if line is not None:
        assert str(result.place) == f"attnlib/cpu/scores.py, line {line}"
        assert result.advice.action == "repair"


def test_a_syntax_error_in_another_file_is_told_there(workspace: Workspace) -> None:
    (workspace.attnlib / "cpu/scores.py").write_text("def double(:\n")
    result = practise(workspace, "02.1")
    assert str(result.place) == "attnlib/cpu/scores.py, line 1"
    assert result.advice.text(lambda *words: " ".join(words)).startswith("Open attnlib/cpu/scores.py, line 1")


def test_a_missing_function_is_told(workspace: Workspace) -> None:
    (workspace.attnlib / "cpu/scores.py").write_text("import numpy\n")
    result = practise(workspace, "01.1")
    assert result.problem == "attnlib/cpu/scores.py: expected a function double, got none."
    assert result.advice.action == "reset"


def test_a_missing_file_is_told(workspace: Workspace) -> None:
    (workspace.attnlib / "cpu/scores.py").unlink()
    result = practise(workspace, "01.1")
    assert "attnlib/cpu/scores.py: expected the file of this exercise, got No such file" in result.problem
    assert result.advice.action == "reset"


def test_a_wrong_signature_is_told_with_the_right_one(workspace: Workspace) -> None:
    text = SCORES.replace("def double(x):", "def double():")
    (workspace.attnlib / "cpu/scores.py").write_text(text)
    message = practise(workspace, "01.1").checks[0].message
    assert message.endswith("Expected def double(x), got def double().")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("return None", "expected a NumPy array, got None. Does the function end with a return?"),
        ("return 2 * x[0]", "expected shape (2, 2), got (2,)"),
        ("return x * np.nan", "expected a finite number, got NaN first at [0, 0]"),
        ("return [1, 2]", "expected a NumPy array, got a list"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("return double(x)", "RecursionError"),
        ("raise ValueError('a\\x1b[31m\\nb' * 500)", "ValueError: a [31m ba [31m b"),
    ],
)
def test_odd_results_get_one_clear_sentence(workspace: Workspace, body: str, said: str) -> None:
    write(workspace, "double", body)
    message = practise(workspace, "01.1").checks[0].message
    assert said in message
    assert len(message) <= 300


def test_a_warning_of_numpy_is_told_with_its_line(workspace: Workspace) -> None:
    write(workspace, "double", "return np.exp(1000 * x)")
    failed = practise(workspace, "01.1").checks[0]
    assert "NumPy warned: overflow encountered in exp." in failed.message
    assert str(failed.place) == "attnlib/cpu/scores.py, line 9"


def test_a_banned_call_is_told(workspace: Workspace) -> None:
    write(workspace, "double", "return np.add(x, x)")
    result = practise(workspace, "01.1")
    assert set(verdicts(result)) == {Verdict.RULE_BROKEN}
    assert "numpy.add in line 9: this exercise is to be written without it." in result.problem


def test_a_foreign_package_is_told(workspace: Workspace) -> None:
    write(workspace, "double", "import torch; return 2 * x")
    problem = practise(workspace, "01.1").problem
    assert problem == "torch in line 9: only numpy and Python's standard library can be imported here."


def test_an_earlier_exercise_that_is_not_written_comes_first(workspace: Workspace) -> None:
    write(workspace, "quadruple", "return double(double(x))")
    result = practise(workspace, "02.1")
    assert result.checks[0].message == "01.1 comes first: double is not written yet."
    assert (result.advice.action, result.advice.exercise_id) == ("earlier", "01.1")


def test_an_earlier_exercise_that_is_wrong_comes_first(workspace: Workspace) -> None:
    write(workspace, "double", "return 3 * x")
    write(workspace, "quadruple", "return double(double(x))")
    assert practise(workspace, "02.1").advice.exercise_id == "01.1"


def test_the_fault_is_here_where_the_earlier_exercise_is_right(workspace: Workspace) -> None:
    write(workspace, "double", RIGHT)
    write(workspace, "quadruple", "return double(x)")
    assert practise(workspace, "02.1").advice.action == "hint"


def test_objects_answer_in_the_notebook_as_in_the_sandbox(workspace: Workspace) -> None:
    box = "class Box:\n    def __init__(self, n): self.n = n\n    def content(self): return self.n\n"
    (workspace.attnlib / "cpu/scores.py").write_text(box)
    assert practise(workspace, "01.2").accepted


def test_an_edit_within_the_same_moment_counts(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.dont_write_bytecode", False)
    file = workspace.attnlib / "cpu/scores.py"
    for body, accepted in (("return 2 * x", True), ("return 3 * x", False), ("return 2 * x", True)):
        write(workspace, "double", body)
        os.utime(file, (1, 1))
        assert practise(workspace, "01.1").accepted is accepted


def test_what_the_caller_has_imported_stays(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys
    import types

    mine = types.ModuleType("attnlib")
    monkeypatch.setitem(sys.modules, "attnlib", mine)
    practise(workspace, "01.1")
    assert sys.modules["attnlib"] is mine
    assert "attnlib.cpu.scores" not in sys.modules


def test_an_endless_loop_can_be_interrupted(workspace: Workspace) -> None:
    write(workspace, "double", "while True: pass")
    timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    result = practise(workspace, "01.1")
    timer.join()
    assert verdicts(result) == [Verdict.TIME_LIMIT_EXCEEDED, None]
    assert result.checks[0].message.startswith("You stopped it after ")
    assert str(result.checks[0].place) == "attnlib/cpu/scores.py, line 9"


def test_an_endless_loop_is_stopped(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograde.practice.direct.CALL_LIMIT_S", 0.2)
    write(workspace, "double", "while True: pass")
    assert practise(workspace, "01.1").checks[0].message.startswith("It was stopped after 0 s.")


def test_an_import_that_does_not_end_is_stopped(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograde.practice.run.IMPORT_LIMIT_S", 0.2)
    (workspace.attnlib / "cpu/scores.py").write_text("while True: pass\n")
    result = practise(workspace, "01.1")
    assert result.problem == "It was stopped: no answer after 0.2 s."
    assert str(result.place) == "attnlib/cpu/scores.py, line 1"


def test_a_time_limit_leaves_no_alarm_behind() -> None:
    with pytest.raises(TooSlow), time_limit(0.05):
        time.sleep(5)
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_progress_tells_the_state_of_every_exercise(workspace: Workspace) -> None:
    write(workspace, "double", RIGHT)
    states = {result.id: result.state for result in practise_all(workspace)}
    assert states == {"01.1": "accepted", "01.2": "not written yet", "02.1": "not written yet"}


@pytest.mark.parametrize(("devices", "chosen"), [((), "1"), (("/dev/null",), None)])
def test_kernels_are_interpreted_where_there_is_no_gpu(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, devices: tuple[str, ...], chosen: str | None
) -> None:
    monkeypatch.setenv("TRITON_INTERPRET", "")
    monkeypatch.delenv("TRITON_INTERPRET")
    monkeypatch.setattr("autograde.practice.run.GPU_DEVICES", devices)
    practise(workspace, "01.1")
    assert os.environ.get("TRITON_INTERPRET") == chosen


def test_check_on_the_command_line(workspace: Workspace) -> None:
    write(workspace, "double", "print('noise'); return 2 * x")
    runner = CliRunner()
    assert "2 of 2 public checks accepted" in runner.invoke(check_command, ["01.1"]).output
    failed = runner.invoke(check_command, ["01.1", "01.2", "--json"])
    assert failed.exit_code == 1
    exercises = json.loads(failed.stdout)["exercises"]
    assert [exercise["accepted"] for exercise in exercises] == [True, False]
    assert exercises[1]["checks"][0]["verdict"] == "not_attempted"


def test_an_unknown_exercise_on_the_command_line_is_the_callers_fault(workspace: Workspace) -> None:
    unknown = CliRunner().invoke(check_command, ["01.7"])
    assert isinstance(unknown.exception, AutogradeError)
    assert "expected one of 01.1, 01.2 in lesson 01_first" in str(unknown.exception)


def test_hints_and_reset_and_progress_on_the_command_line(workspace: Workspace) -> None:
    runner = CliRunner()
    shown = [runner.invoke(hint_command, ["01.1"]).output for _ in range(2)]
    assert shown == ["Hint 1 of 3 for 01.1: The idea.\n", "Hint 2 of 3 for 01.1: The `formula`.\n"]
    write(workspace, "double", RIGHT)
    assert "1 of 3 exercises accepted" in runner.invoke(progress_command).output
    assert "is back to where it began" in runner.invoke(reset_command, ["01.1"]).output
    states = json.loads(runner.invoke(progress_command, ["--json"]).stdout)["exercises"]
    assert {state["state"] for state in states} == {"not written yet"}


def test_only_kernels_get_their_tensors_on_the_gpu_and_only_where_there_is_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    moves: list[str] = []
    monkeypatch.setattr(direct, "moved", lambda value, device, modules=None: (moves.append(device), value)[1])
    monkeypatch.setattr(direct, "perform", lambda call, resolve: 1.0)
    for there, target in ((False, "cuda.kernels.f"), (True, "cuda.attention.f"), (True, "cuda.kernels.f")):
        monkeypatch.setattr(torch.cuda, "is_available", lambda there=there: there)
        assert direct.Direct()(Call(target, (1.0,))) == 1.0
    assert moves == ["cuda", "cuda", "cuda", "cpu"]
