"""The public checks: every way to be right or wrong gets its verdict, its sentence and a next step."""

from __future__ import annotations

import _thread
import builtins
import contextlib
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import tiny
from click.testing import CliRunner

from autograde.call import Call
from autograde.cli.learner import check as check_command
from autograde.cli.learner import hint as hint_command
from autograde.cli.learner import progress as progress_command
from autograde.cli.learner import reset_command
from autograde.course.workspace import Workspace, find_lesson, find_workspace
from autograde.errors import AutogradeError
from autograde.instruments import cost_numpy
from autograde.limits import Limits, Packages
from autograde.practice import direct
from autograde.practice.failure import INDENT
from autograde.practice.run import Practice, practise, practise_all
from autograde.practice.timeout import TooSlow, time_limit
from autograde.sandbox.inside.deny import Denial
from autograde.verdict import Verdict

RIGHT = "return 2 * frequency"
TWICE = "return octave(octave(frequency))"


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.delenv("AUTOGRADE_WORKSPACE", raising=False)
    made = tiny.workspace(tmp_path)
    monkeypatch.chdir(made.lessons / "01_octaves")
    return made


def limited(workspace: Workspace, limit: str) -> Workspace:
    """Return the workspace with one limit of its course changed, as in "call_s = 0.2"."""
    path = workspace.lessons / "course.toml"
    path.write_text(path.read_text().replace("call_s = 3", limit))
    return find_workspace(workspace.root)


def verdicts(result: Practice) -> list[Verdict | None]:
    return [check.verdict for check in result.checks]


def test_a_right_answer_is_accepted_and_names_the_next_exercise(workspace: Workspace) -> None:
    tiny.write(workspace.root, octave=RIGHT)
    result = practise(workspace, "01.1")
    assert result.accepted
    assert result.summary == "01.1 octave: 2 of 2 public checks accepted. Hidden checks run when you submit."
    assert (result.advice.action, result.advice.exercise_id) == ("continue", "01.2")


def test_the_last_exercise_of_a_lesson_ends_it(workspace: Workspace) -> None:
    tiny.write(workspace.root, octave=RIGHT)
    tiny.write(workspace.root, two_octaves=TWICE)
    assert practise(workspace, "02.1").advice.action == "continue"
    starts = "return np.array([0.0, 1.0, 3.0])"
    tiny.write(workspace.root, ends="return np.array([1.0, 3.0, 7.0])", starts=starts)
    assert practise(workspace, "02.2").advice.action == "finish"


def test_the_skeleton_is_not_written_yet(workspace: Workspace) -> None:
    result = practise(workspace, "01.1")
    assert verdicts(result) == [Verdict.NOT_ATTEMPTED, Verdict.NOT_ATTEMPTED]
    assert result.summary == "01.1 octave is not written yet."
    assert result.advice.action == "write"


def test_a_wrong_answer_is_described_and_drawn(workspace: Workspace) -> None:
    tiny.write(workspace.root, octave="return frequency + 1")
    first, second = practise(workspace, "01.1").checks
    assert (first.verdict, second.verdict) == (Verdict.WRONG_ANSWER, Verdict.ACCEPTED)
    assert first.difference is not None
    assert first.difference.off == ((False, True), (True, True))
    assert first.difference.values == (("2", "3"), ("4", "5"))


def test_an_error_tells_the_line_of_the_learner(workspace: Workspace) -> None:
    tiny.write(workspace.root, octave="return 2 * y")
    failed = practise(workspace, "01.1").checks[0]
    assert failed.verdict is Verdict.RUN_TIME_ERROR
    assert failed.message == "NameError: name 'y' is not defined"
    assert str(failed.place) == tiny.place("octave")
    assert failed.place is not None
    assert failed.place.code == "return 2 * y"


def test_changing_the_argument_is_seen(workspace: Workspace) -> None:
    tiny.write(workspace.root, octave="frequency *= 2; return frequency")
    assert verdicts(practise(workspace, "01.1")) == [Verdict.ACCEPTED, Verdict.WRONG_ANSWER]


def test_sizes_that_do_not_fit_are_told_without_numpys_words(workspace: Workspace) -> None:
    body = "import numpy as np; return np.ones((2, 3)) @ np.ones((4, 5))"
    tiny.write(workspace.root, octave=body)
    said = "ValueError: a @ b: a has 3 columns and b has 4 rows, and these must be as many"
    assert practise(workspace, "01.1").checks[0].message == said


@pytest.mark.parametrize(
    ("text", "said", "line"),
    [
        ("x = (\n", "cannot read this: '(' was never closed.", 1),
        ("def octave(x):\nreturn 2\n", "cannot read this: expected an indented block", 2),
        ("def octave(x):\n    pass\nreturn 2\n", f"'return' outside function. {INDENT}", 3),
        ("import numpy\n\nwrong\n", "NameError: name 'wrong' is not defined", 3),
        ("x = 1\0\n", "cannot read this", None),
    ],
)
def test_a_file_that_cannot_be_imported_is_told_by_line(
    workspace: Workspace, text: str, said: str, line: int | None
) -> None:
    (workspace.package / "pitch.py").write_text(text)
    result = practise(workspace, "01.1")
    assert set(verdicts(result)) == {Verdict.RUN_TIME_ERROR}
    assert said in result.problem or "null bytes" in result.problem
    if line is not None:
        assert str(result.place) == f"tones/pitch.py, line {line}"
        assert result.advice.action == "repair"


def test_a_syntax_error_in_another_file_is_told_there(workspace: Workspace) -> None:
    (workspace.package / "pitch.py").write_text("def octave(:\n")
    result = practise(workspace, "02.1")
    assert str(result.place) == "tones/pitch.py, line 1"
    assert result.advice.text(lambda *words: " ".join(words)).startswith("Open tones/pitch.py, line 1")


def test_a_missing_function_is_told(workspace: Workspace) -> None:
    (workspace.package / "pitch.py").write_text("import numpy\n")
    result = practise(workspace, "01.1")
    assert result.problem == "tones/pitch.py: expected a function octave, got none."
    assert result.advice.action == "reset"


def test_a_missing_file_is_told(workspace: Workspace) -> None:
    (workspace.package / "pitch.py").unlink()
    result = practise(workspace, "01.1")
    assert "tones/pitch.py: expected the file of this exercise, got No such file" in result.problem
    assert result.advice.action == "reset"


def test_a_wrong_signature_is_told_with_the_right_one(workspace: Workspace) -> None:
    text = tiny.skeletons()["tones/pitch.py"].decode().replace("frequency: np.ndarray", "")
    (workspace.package / "pitch.py").write_text(text)
    message = practise(workspace, "01.1").checks[0].message
    assert message.endswith("Expected def octave(frequency), got def octave().")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("return None", "expected a NumPy array, got None. Does the function end with a return?"),
        ("return 2 * frequency[0]", "expected shape (2, 2), got (2,)"),
        ("return frequency * np.nan", "expected a finite number, got NaN first at [0, 0]"),
        ("return [1, 2]", "expected a NumPy array, got a list"),
        ("raise SystemExit(3)", "SystemExit ends the whole program."),
        ("return octave(frequency)", "RecursionError"),
        ("raise ValueError('a\\x1b[31m\\nb' * 500)", "ValueError: a [31m ba [31m b"),
    ],
)
def test_odd_results_get_one_clear_sentence(workspace: Workspace, body: str, said: str) -> None:
    tiny.write(workspace.root, octave=body)
    message = practise(workspace, "01.1").checks[0].message
    assert said in message
    assert len(message) <= 300


def test_a_warning_of_numpy_is_told_with_its_line(workspace: Workspace) -> None:
    tiny.write(workspace.root, octave="return np.exp(1000 * frequency)")
    failed = practise(workspace, "01.1").checks[0]
    assert "NumPy warned: overflow encountered in exp." in failed.message
    assert str(failed.place) == tiny.place("octave")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("<<<<<<< HEAD", "the mark of a merge conflict"),
        ("%load_ext autograde.notebook", "belongs into a notebook"),
        ("!pip install numpy", "belongs into a notebook"),
        ("a = \u201cb\u201d", "quotes of a word processor"),
        ("a =\u00a01", "looks like a space"),
        (r'a = "C:\Users\ada"', "In a path write /"),
        ("a = 1\0", "Save it as UTF-8"),
    ],
)
def test_a_slip_of_many_is_named(workspace: Workspace, line: str, said: str) -> None:
    tiny.write(workspace.root, octave=RIGHT)
    with (workspace.package / "pitch.py").open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    assert said in practise(workspace, "01.1").problem


@pytest.mark.parametrize("name", ["cumsum", "add.accumulate"])
def test_a_banned_call_is_told(workspace: Workspace, name: str) -> None:
    tiny.write(workspace.root, ends=f"return np.{name}(durations)")
    result = practise(workspace, "02.2")
    assert set(verdicts(result)) == {Verdict.RULE_BROKEN}
    said = f"numpy.{name} in {tiny.place('ends')}: this exercise is to be written without it."
    assert said in result.problem


def test_the_same_method_of_another_object_is_not_banned(workspace: Workspace) -> None:
    tiny.write(workspace.root, ends="return np.log(np.multiply.accumulate(np.exp(durations)))")
    assert practise(workspace, "02.2").checks[0].verdict is Verdict.ACCEPTED


def test_a_foreign_package_is_told(workspace: Workspace) -> None:
    tiny.write(workspace.root, octave="import torch; return 2 * frequency")
    said = "only numpy and Python's standard library can be imported here."
    assert practise(workspace, "01.1").problem == f"torch in {tiny.place('octave')}: {said}"


def test_an_earlier_exercise_that_is_not_written_comes_first(workspace: Workspace) -> None:
    tiny.write(workspace.root, two_octaves=TWICE)
    result = practise(workspace, "02.1")
    assert result.checks[0].message == "01.1 comes first: octave is not written yet."
    assert (result.advice.action, result.advice.exercise_id) == ("earlier", "01.1")


def test_an_earlier_exercise_that_is_wrong_comes_first(workspace: Workspace) -> None:
    tiny.write(workspace.root, octave="return 3 * frequency")
    tiny.write(workspace.root, two_octaves=TWICE)
    assert practise(workspace, "02.1").advice.exercise_id == "01.1"


def test_the_fault_is_here_where_the_earlier_exercise_is_right(workspace: Workspace) -> None:
    tiny.write(workspace.root, octave=RIGHT)
    tiny.write(workspace.root, two_octaves="return octave(frequency)")
    assert practise(workspace, "02.1").advice.action == "hint"


def test_objects_answer_in_the_notebook_as_in_the_sandbox(workspace: Workspace) -> None:
    tone = "import torch\n\nclass Tone:\n    def __init__(self, f): self.turns = 6.2831853 * f\n"
    tone += "    def __call__(self, times): return torch.sin(self.turns * times)\n"
    (workspace.package / "sound.py").write_text(tone)
    assert practise(workspace, "01.2").accepted


def test_an_edit_within_the_same_moment_counts(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.dont_write_bytecode", False)
    file = workspace.package / "pitch.py"
    for body, accepted in ((RIGHT, True), ("return 3 * frequency", False), (RIGHT, True)):
        tiny.write(workspace.root, octave=body)
        os.utime(file, (1, 1))
        assert practise(workspace, "01.1").accepted is accepted


def test_what_the_caller_has_imported_stays(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys
    import types

    mine = types.ModuleType("tones")
    monkeypatch.setitem(sys.modules, "tones", mine)
    practise(workspace, "01.1")
    assert sys.modules["tones"] is mine
    assert "tones.pitch" not in sys.modules


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Let SIGINT raise KeyboardInterrupt, whatever a library made of it in this process before."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_an_endless_loop_can_be_interrupted(workspace: Workspace) -> None:
    practise(workspace, "01.1")  # loads what it needs: the next one begins at once
    tiny.write(workspace.root, octave="while True: pass")
    timer = threading.Timer(0.5, _thread.interrupt_main)  # as SIGINT does, even where a library blocks it
    timer.start()
    result = practise(workspace, "01.1")
    timer.join()
    assert verdicts(result) == [Verdict.TIME_LIMIT_EXCEEDED, None]
    assert result.checks[0].message.startswith("You stopped it after ")
    assert str(result.checks[0].place) == tiny.place("octave")


def test_an_endless_loop_is_stopped_after_what_the_course_allows(workspace: Workspace) -> None:
    workspace = limited(workspace, "call_s = 0.2")
    tiny.write(workspace.root, octave="while True: pass")
    assert practise(workspace, "01.1").checks[0].message.startswith("It was stopped after 0 s.")


def test_an_endless_loop_is_stopped_where_a_widget_has_a_thread_of_its_own(workspace: Workspace) -> None:
    workspace = limited(workspace, "call_s = 0.2")
    tiny.write(workspace.root, octave="while True: pass")
    found: list[Practice] = []
    thread = threading.Thread(target=lambda: found.append(practise(workspace, "01.1")), daemon=True)
    thread.start()
    thread.join(10)
    assert found, "it is still running"
    assert found[0].checks[0].message.startswith("It was stopped after 0 s.")
    assert str(found[0].checks[0].place).startswith("tones/pitch.py, line")


def test_an_import_that_does_not_end_is_stopped(workspace: Workspace) -> None:
    workspace = limited(workspace, "load_s = 0.2")
    (workspace.package / "pitch.py").write_text("while True: pass\n")
    result = practise(workspace, "01.1")
    assert result.problem == "It was stopped: no answer after 0.2 s."
    assert str(result.place) == "tones/pitch.py, line 1"


def test_an_import_that_does_not_end_is_waited_for_once(workspace: Workspace) -> None:
    workspace = limited(workspace, "load_s = 0.2")
    loads = workspace.root / "loads"
    endless = f"with open({str(loads)!r}, 'a') as f: f.write('x')\nwhile True: pass\n"
    (workspace.package / "pitch.py").write_text(endless)
    stopped = [result.id for result in practise_all(workspace) if result.problem]
    assert (stopped, loads.read_text()) == (["01.1", "02.1", "02.2"], "x")


def test_a_question_at_the_top_of_a_file_is_not_asked(workspace: Workspace) -> None:
    tiny.write(workspace.root, octave=RIGHT)
    with (workspace.package / "pitch.py").open("a") as file:
        file.write("\nfactor = int(input())\n")
    assert practise(workspace, "01.1").problem.startswith("input() waits for somebody to type")


def test_a_program_that_ends_itself_has_not_passed(workspace: Workspace) -> None:
    tiny.write(workspace.root, octave="import os; os._exit(0)")
    done = tiny.command("check", "01.1", cwd=workspace.root)
    assert (done.returncode, "os._exit() ends the whole program" in done.stdout) == (1, True)


ODD = "class Odd(BaseException):\n        def __str__(self): return 1 / 0\n    raise Odd"


@pytest.mark.parametrize(("body", "said"), [("raise GeneratorExit", "GeneratorExit"), (ODD, "Odd")])
def test_an_error_may_be_of_any_kind(workspace: Workspace, body: str, said: str) -> None:
    tiny.write(workspace.root, octave=body)
    failed = practise(workspace, "01.1").checks[0]
    assert (failed.verdict, failed.message) == (Verdict.RUN_TIME_ERROR, said)


def test_what_may_not_be_imported_is_to_be_repaired_where_it_stands(workspace: Workspace) -> None:
    (workspace.package / "__init__.py").write_text("import torch\n")
    result = practise(workspace, "01.1")
    assert verdicts(result) == [Verdict.RULE_BROKEN, Verdict.RULE_BROKEN]
    assert (result.advice.action, str(result.advice.place)) == ("repair", "tones/__init__.py, line 1")


def test_a_file_that_is_gone_is_brought_back_as_it_was(workspace: Workspace) -> None:
    tiny.write(workspace.root, octave=RIGHT)
    runner = CliRunner()
    runner.invoke(check_command, ["01.1"])
    (workspace.package / "pitch.py").unlink()
    assert "autograde restore 01.1 lists what you had in it" in runner.invoke(check_command, ["01.1"]).output
    assert (
        "What you had in it is kept as backup/tones/pitch.py."
        in runner.invoke(reset_command, ["01.1"]).output
    )


def test_a_time_limit_leaves_no_alarm_behind() -> None:
    with pytest.raises(TooSlow), time_limit(0.05):
        time.sleep(5)
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_progress_tells_the_state_of_every_exercise(workspace: Workspace) -> None:
    tiny.write(workspace.root, octave=RIGHT)
    states = {result.id: result.state for result in practise_all(workspace)}
    unwritten = dict.fromkeys(("01.2", "02.1", "02.2"), "not written yet")
    assert states == {"01.1": "accepted", **unwritten}


@pytest.mark.parametrize(("there", "chosen"), [(False, "1"), (True, None)])
def test_kernels_are_interpreted_where_there_is_no_gpu(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, there: bool, chosen: str | None
) -> None:
    monkeypatch.setenv("TRITON_INTERPRET", "")
    monkeypatch.delenv("TRITON_INTERPRET")
    monkeypatch.setattr("autograde.practice.run.has_gpu", lambda: there)
    practise(workspace, "01.1")
    assert os.environ.get("TRITON_INTERPRET") == chosen


def test_check_on_the_command_line(workspace: Workspace) -> None:
    tiny.write(workspace.root, octave="print('noise'); return 2 * frequency")
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
    assert "expected one of 01.1, 01.2 in lesson 01_octaves" in str(unknown.exception)


def test_hints_and_reset_and_progress_on_the_command_line(workspace: Workspace) -> None:
    runner = CliRunner()
    shown = [runner.invoke(hint_command, ["01.1"]).output for _ in range(2)]
    idea, formula, _ = find_lesson(workspace, "01.1")[1].hints
    first, second = (f"autograde hint 01.1 {number} shows the next one.\n" for number in (2, 3))
    assert shown == [f"Hint 1 of 3 for 01.1: {idea}\n{first}", f"Hint 2 of 3 for 01.1: {formula}\n{second}"]
    tiny.write(workspace.root, octave=RIGHT)
    assert "1 of 4 exercises accepted" in runner.invoke(progress_command).output
    assert "is back to where it began" in runner.invoke(reset_command, ["01.1"]).output
    states = json.loads(runner.invoke(progress_command, ["--json"]).stdout)["exercises"]
    assert {state["state"] for state in states} == {"not written yet"}


def test_only_kernels_get_their_tensors_on_the_gpu_and_only_where_there_is_one(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    moves: list[str] = []

    def moved(value: object, device: str, modules: str | None = None) -> object:
        moves.append(device)
        return value

    monkeypatch.setattr(direct, "moved", moved)
    monkeypatch.setattr(direct, "perform", lambda call, resolve: 1.0)
    exercise = find_lesson(workspace, "01.2")[1]
    cases: tuple[tuple[bool, Packages], ...] = ((False, "triton"), (True, "torch"), (True, "triton"))
    for there, packages in cases:
        monkeypatch.setattr(direct, "has_gpu", lambda there=there: there)
        ask = direct.Direct(replace(exercise, packages=packages), Limits(), Denial(()))
        assert ask(Call(exercise.target, (1.0,))) == 1.0
    assert moves == ["cuda", "cuda", "cuda", "cpu"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("return 2 * float(input())", "Take the value as an argument."),
        ("breakpoint()", "breakpoint() stops the program, and a check goes on by itself. Take the line out"),
        ("import pdb; pdb.set_trace()", "pdb.set_trace() stops the program"),
        ("exit()", "SystemExit ends the whole program. Write return, or raise an error."),
        ("yield 2 * frequency", "octave holds a yield, so it returns a generator and computes nothing."),
        ("return (2 * f for f in frequency)", "octave returned a generator, which has computed nothing yet."),
        ("return map(abs, frequency)", "octave returned a map, which has computed nothing yet."),
        ("def f[T](x): return x", "" if sys.version_info >= (3, 12) else "needs Python 3.12. Leave it out."),
        (
            "x = t'{frequency}'",
            "" if sys.version_info >= (3, 14) else "needs Python 3.14. Write an f-string.",
        ),
    ],
)
def test_what_a_check_cannot_wait_for_is_named(workspace: Workspace, body: str, said: str) -> None:
    tiny.write(workspace.root, octave=body)
    before = builtins.input, sys.breakpointhook
    result = practise(workspace, "01.1")
    assert said in f"{result.problem} {result.checks[0].message}"
    assert (builtins.input, sys.breakpointhook) == before
    place = result.place or result.checks[0].place
    assert place is None or place.file == "tones/pitch.py"
    assert place or "map" in body


def test_a_function_that_is_never_run_is_named(workspace: Workspace) -> None:
    file = workspace.package / "pitch.py"
    file.write_text(file.read_text().replace("def octave", "async def octave"))
    check = practise(workspace, "01.1").checks[0]
    assert check.message == "octave is written with async def, so it is never run. Write def."
    assert str(check.place) == "tones/pitch.py, line 8"


def test_a_check_on_the_command_line_loads_its_lesson_once(workspace: Workspace) -> None:
    checks = workspace.lessons / "01_octaves" / "checks.py"
    checks.write_text(checks.read_text() + "\nwith open('loaded', 'a') as file:\n    file.write('1')\n")
    CliRunner().invoke(check_command, ["01.1"])
    assert Path("loaded").read_text() == "1"


def test_what_an_instrument_needs_is_loaded_before_the_clock_starts(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "needed_here_alone.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(cost_numpy, "NEEDS", "needed_here_alone")
    seen: list[bool] = []

    @contextlib.contextmanager
    def clock(limit_s: float) -> Iterator[None]:
        seen.append("needed_here_alone" in sys.modules)
        yield

    monkeypatch.setattr(direct, "time_limit", clock)
    _, exercise = find_lesson(workspace, "01.1")
    ask = direct.Direct(exercise, Limits())
    with contextlib.suppress(Exception):  # what is asked does not matter
        ask(Call(exercise.target))
    with contextlib.suppress(Exception):
        ask(Call(exercise.target, mode="cost_numpy"))
    assert seen == [False, True]
