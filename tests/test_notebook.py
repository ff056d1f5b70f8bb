"""The notebook's side in a real kernel, and the cards."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny

from autograde.classroom.feedback import Feedback, page
from autograde.classroom.store import Graded
from autograde.compare import Mismatch, expect_close
from autograde.course.reset import reset
from autograde.course.settings import Practice
from autograde.course.workspace import Workspace, find_lesson
from autograde.exercise import Exercise
from autograde.notebook.card import Card, hint_card, practice_card, progress_card, prose, sentence_card
from autograde.notebook.exercise import ExerciseCard
from autograde.notebook.extension import Stop, functions
from autograde.notebook.handin import HandInCard
from autograde.practice.attempt import PublicResult
from autograde.practice.handin import handed_in, lateness
from autograde.practice.heat import where_different
from autograde.practice.progress import progress_rows
from autograde.practice.run import practise
from autograde.verdict import CheckResult, ExerciseResult, SubmissionResult, Verdict

LOAD = "%load_ext autograde.notebook"
RIGHT, WRONG = "return 2 * frequency", "return 3 * frequency"


class Kernel:
    """A kernel that runs one cell after another in the folder of the first lesson."""

    def __init__(self, folder: Path) -> None:
        import nbformat
        from nbclient import NotebookClient

        self.new_cell = nbformat.v4.new_code_cell
        self.notebook = nbformat.v4.new_notebook()
        resources = {"metadata": {"path": str(folder)}}
        self.client = NotebookClient(self.notebook, timeout=60, allow_errors=True, resources=resources)

    def run(self, source: str) -> Outputs:
        """Run one cell."""
        self.notebook.cells.append(self.new_cell(source))
        cell = self.client.execute_cell(self.notebook.cells[-1], len(self.notebook.cells) - 1)
        return Outputs(cell.outputs)


class Outputs:
    """What a cell put out."""

    def __init__(self, outputs: list) -> None:
        self.html = "".join(output.data.get("text/html", "") for output in outputs if "data" in output)
        self.text = "".join(output.data.get("text/plain", "") for output in outputs if "data" in output)
        self.stream = "".join(output.text for output in outputs if output.output_type == "stream")
        self.error = "\n".join(line for output in outputs for line in output.get("traceback", []))


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.delenv("AUTOGRADE_WORKSPACE", raising=False)
    made = tiny.workspace(tmp_path)
    monkeypatch.chdir(made.lessons / "01_octaves")
    return made


@pytest.fixture(scope="module")
def warm_kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    made = Kernel(tmp_path_factory.mktemp("kernel"))
    with made.client.setup_kernel():
        yield made


@pytest.fixture
def kernel(warm_kernel: Kernel, workspace: Workspace) -> Kernel:
    """Return the kernel with empty memory, in the folder of the first lesson of its own workspace."""
    warm_kernel.run("%reset -f")
    warm_kernel.run(f"import os; os.chdir({str(workspace.lessons / '01_octaves')!r})")
    return warm_kernel


@pytest.mark.notebooks
def test_an_edit_counts_in_the_next_cell(kernel: Kernel, workspace: Workspace) -> None:
    assert kernel.run(LOAD).error == ""
    kernel.run("from tones.pitch import octave\nfrom tones import melody")
    assert "NotImplementedError" in kernel.run("octave(1)").error
    tiny.write(workspace.root, octave=RIGHT)
    assert kernel.run("octave(1)").text == "2"
    tiny.write(workspace.root, two_octaves="return octave(octave(frequency))")
    assert kernel.run("melody.two_octaves(1)").text == "4"
    tiny.write(workspace.root, octave=WRONG)
    assert kernel.run("octave(1), melody.two_octaves(1)").text == "(3, 9)"


@pytest.mark.notebooks
def test_a_syntax_error_is_told_once_and_its_repair_counts(kernel: Kernel, workspace: Workspace) -> None:
    kernel.run(LOAD)
    tiny.write(workspace.root, octave=RIGHT)
    kernel.run("from tones.pitch import octave")
    tiny.write(workspace.root, octave="return 5 * (frequency")
    broken = kernel.run("octave(1)")
    assert broken.text == "2"
    assert broken.stream.startswith(f"{tiny.place('octave')}: Python 3.")
    assert "Traceback" not in broken.stream
    assert kernel.run("octave(1)").stream == ""
    told = kernel.run('check("01.1")')
    assert tiny.place("octave") in told.text
    assert "Traceback" not in told.error
    tiny.write(workspace.root, octave="return 5 * frequency")
    assert kernel.run("octave(1)").text == "5"


@pytest.mark.notebooks
def test_a_file_that_was_broken_from_the_start_can_be_repaired(kernel: Kernel, workspace: Workspace) -> None:
    tiny.write(workspace.root, octave="return 2 * (frequency")
    kernel.run(LOAD)
    assert "SyntaxError" in kernel.run("from tones.pitch import octave").error
    tiny.write(workspace.root, octave=RIGHT)
    assert kernel.run("from tones.pitch import octave\noctave(1)").text == "2"


@pytest.mark.notebooks
def test_an_unsolved_check_ends_its_cell_in_one_line(kernel: Kernel) -> None:
    kernel.run(LOAD)
    out = kernel.run('check("01.1")')
    assert out.error == "Run All stops here: 01.1 octave is not written yet."
    assert 'Open tones/pitch.py and write octave. hint("01.1") helps.' in out.text
    assert out.stream == ""
    assert "○ not written yet" in out.text
    assert "not written yet" in out.html


@pytest.mark.notebooks
def test_a_solved_check_ends_its_cell_in_peace(kernel: Kernel, workspace: Workspace) -> None:
    tiny.write(workspace.root, octave=RIGHT)
    kernel.run(LOAD)
    out = kernel.run('check("01.1")')
    assert (out.error, out.stream) == ("", "")
    assert "2 of 2 public checks accepted. Hidden checks run when you submit." in out.text


@pytest.mark.notebooks
def test_run_all_stops_at_the_first_unsolved_check(workspace: Workspace) -> None:
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    tiny.write(workspace.root, octave=RIGHT)
    sources = [LOAD, 'check("01.1")', 'check("01.2")', 'check("02.1")']
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    resources = {"metadata": {"path": str(workspace.lessons / "01_octaves")}}
    with pytest.raises(CellExecutionError) as stopped:
        NotebookClient(notebook, timeout=60, resources=resources).execute()
    assert "01.2 Tone is not written yet." in str(stopped.value)
    assert 'File "' not in str(stopped.value)
    assert [cell.execution_count for cell in notebook.cells] == [1, 2, 3, None]


@pytest.mark.notebooks
def test_wrong_use_gets_one_sentence(kernel: Kernel) -> None:
    kernel.run(LOAD)
    assert kernel.run('check("01.9")').error == (
        "exercise: expected one of 01.1, 01.2 in lesson 01_octaves, got '01.9'."
    )
    assert "Put the id in quotes" in kernel.run("check(1.1)").error
    assert kernel.run('hint("01.1", 7)').error == "hint: expected a number from 1 to 3, got 7."


@pytest.mark.notebooks
def test_running_a_hint_again_does_not_show_the_next_one(kernel: Kernel) -> None:
    kernel.run(LOAD)
    shown = [kernel.run(cell).text.splitlines()[0] for cell in ('hint("01.1")', 'hint("01.1", 2)')]
    assert shown == ["Hint 1 of 3 for 01.1: the idea", "Hint 2 of 3 for 01.1: the formula"]
    again = [kernel.run('hint("01.1")').text.splitlines()[0] for _ in range(2)]
    assert again == [shown[1]] * 2


@pytest.mark.notebooks
def test_progress_shows_all_exercises(kernel: Kernel, workspace: Workspace) -> None:
    kernel.run(LOAD)
    tiny.write(workspace.root, octave=RIGHT)
    progress = kernel.run("progress()")
    assert "1 of 4 exercises accepted" in progress.text
    assert progress.html.count('class="ag-card"') == 1


@pytest.mark.notebooks
def test_progress_runs_only_what_has_changed(workspace: Workspace) -> None:
    tiny.write(workspace.root, octave=f"open('ran', 'a').write('1'); {RIGHT}")
    assert [row.state for row in progress_rows(workspace)][:2] == ["accepted", "not written yet"]
    ran = len(Path("ran").read_text())
    assert ran > 0
    assert [row.state for row in progress_rows(workspace)][:2] == ["accepted", "not written yet"]
    copy = workspace.package / ".ipynb_checkpoints" / "pitch-checkpoint.py"
    copy.parent.mkdir()
    copy.write_text("")
    assert [row.state for row in progress_rows(workspace)][:2] == ["accepted", "not written yet"]
    assert len(Path("ran").read_text()) == ran
    tiny.write(workspace.root, octave=f"open('ran', 'a').write('1'); {WRONG}")
    assert next(iter(progress_rows(workspace))).state == "1 of 2"
    assert len(Path("ran").read_text()) > ran


def test_progress_shows_when_and_what_was_graded(workspace: Workspace) -> None:
    passed = CheckResult("a", "It is so.", Verdict.ACCEPTED, 3, 3)
    failed = CheckResult("b", "It is not.", Verdict.WRONG_ANSWER, 0, 1)
    exercise = ExerciseResult("01.1", "pitch.octave", 3, 4, (passed, failed))
    result = SubmissionResult("ada", "01_octaves", 3, 4, {"sandbox": "full"}, (exercise,))
    graded = Graded("ada", "01_octaves", "key", result=result)
    for stamp, points in (("2026-12-02 10:00:00.0 UTC", 3), ("2026-12-01 10:00:00.0 UTC", 1)):
        path = workspace.lessons / "01_octaves" / "feedback" / stamp / "01_octaves.html"
        path.parent.mkdir(parents=True)
        path.write_text(page(Feedback("01_octaves", graded, points, 15)))
    name = "ada+01_octaves+2026-12-01 08:00:00.123456 UTC"
    (workspace.root / ".course/cache" / workspace.settings.id / name).mkdir(parents=True)
    card = progress_card(workspace, list(progress_rows(workspace)))
    first = card.text.splitlines()[0]
    assert first.startswith("01_octaves; handed in Tue 01 Dec 2026, ")
    assert "; graded 3 of 15: lessons/01_octaves/feedback/2026-12-02 10:00:00.0 UTC/" in first
    assert re.search(r"01\.1  octave +not written yet +3 of 4$", card.text, re.MULTILINE)
    assert 'href="feedback/2026-12-02%2010%3A00%3A00.0%20UTC/01_octaves.html">feedback: 3 of 15' in card.html


@pytest.mark.slow
def test_what_uses_an_endless_function_is_not_run_in_progress(workspace: Workspace) -> None:
    tiny.write(workspace.root, two_octaves="return octave(octave(frequency))")
    tiny.write(workspace.root, octave="while True: pass")
    begun = time.monotonic()
    rows = {row.id: row for row in progress_rows(workspace)}
    assert time.monotonic() - begun < 2 * workspace.settings.limits.call_s
    assert (rows["01.1"].state, rows["02.1"].state) == ("0 of 2", "cannot run")


@pytest.mark.parametrize("kept", ["", "[]", "{", '{"01.1": 3}', '{"01.1": {"digest": 1, "row": []}}'])
def test_damaged_progress_is_made_anew(workspace: Workspace, kept: str) -> None:
    (workspace.root / ".autograde").mkdir(exist_ok=True)
    (workspace.root / ".autograde" / "progress.json").write_text(kept)
    assert len(list(progress_rows(workspace))) == 4


def pressed(card: HandInCard, *buttons: str) -> str:
    """Press buttons of a card, and return what it says of the last one."""
    for name in buttons:
        card._asked(None, {"do": name}, [])
    return card.said


@pytest.mark.notebooks
def test_submit_in_a_cell_shows_what_goes_in_and_hands_in_nothing(
    kernel: Kernel, workspace: Workspace
) -> None:
    note = {"cells": [{"cell_type": "markdown", "source": ["YOUR ANSWER HERE"]}]}
    (workspace.lessons / "01_octaves" / "01_octaves.ipynb").write_text(json.dumps(note))
    (workspace.lessons / "01_octaves" / "torn.ipynb").write_text("{")
    tiny.write(workspace.root, octave=WRONG)
    kernel.run(LOAD)
    said = kernel.run("submit()").text
    assert "01.1 octave: 1 of 2" in said
    assert "Not written yet: 01.2." in said
    assert "Not accepted by the public checks: 01.1." in said
    assert "01_octaves.ipynb: 1 written answer is still empty." in said
    assert "torn.ipynb cannot be read. autograde restore 01_octaves lays a whole one beside it." in said
    assert said.endswith("Press Hand in, or run in a terminal: autograde submit 01_octaves")
    assert not (workspace.root / "handed_in").exists()


@pytest.mark.slow
def test_a_card_hands_in_once_its_button_is_pressed(workspace: Workspace) -> None:
    lesson, _ = find_lesson(workspace, "01.1")
    card = ExerciseCard(workspace, "01.1")
    assert pressed(card, "look", "not yet") == "Nothing was handed in."
    assert not (workspace.root / "handed_in").exists()
    assert "Written: handed_in/01_octaves_" in pressed(card, "look", "hand in")
    assert len(handed_in(workspace, lesson.id)) == 1
    assert "Handed in:" in card.handing


def test_a_card_offers_to_submit_where_all_is_done(workspace: Workspace) -> None:
    assert ExerciseCard(workspace, "01.2").submits
    first = ExerciseCard(workspace, "01.1")
    assert not first.submits
    shutil.copytree(tiny.SOLUTIONS / "tones", workspace.package, dirs_exist_ok=True)
    list(progress_rows(workspace))
    first.check()
    assert first.submits


def test_a_solution_is_seen_only_where_the_course_allows_it_and_after_a_try(workspace: Workspace) -> None:
    allowed = Workspace(workspace.root, replace(workspace.settings, practice=Practice(solutions=True)))
    tiny.write(workspace.root, octave=RIGHT)
    card = ExerciseCard(allowed, "01.1")
    card.check()
    assert not card.offers_solution, "a released course has no solutions to show"
    shutil.copytree(tiny.SOLUTIONS, workspace.root / "solutions")
    closed = ExerciseCard(workspace, "01.1")
    closed.check()
    assert not closed.offers_solution
    assert pressed(closed, "solution") == "Try it first."
    card.check()
    assert card.offers_solution
    tiny.write(
        workspace.root, octave='raise NotImplementedError("Exercise 01.1: octave is not written yet.")'
    )
    pressed(card, "check", "hint", "hint", "hint")
    assert not card.offers_solution, "nothing was tried"
    tiny.write(workspace.root, octave=WRONG)
    pressed(card, "check", "solution")
    assert RIGHT in card.solution
    assert "SOLUTION" not in card.solution


@pytest.mark.parametrize(
    ("minutes", "said"), [(-60 * 50, "2 days left"), (-1, "1 minute left"), (61, "1 hour late"), (0, "now")]
)
def test_lateness_is_told_in_the_largest_unit(minutes: int, said: str) -> None:
    due = datetime(2026, 12, 1, 23, 59, tzinfo=UTC)
    assert lateness(due, due + timedelta(minutes=minutes)) == said


@pytest.mark.notebooks
@pytest.mark.parametrize("cell", ['reset("01.1")', 'restore("01.1", 1)'])
def test_a_cell_left_over_changes_nothing_where_nobody_says_yes(
    kernel: Kernel, workspace: Workspace, cell: str
) -> None:
    kernel.run(LOAD)
    tiny.write(workspace.root, octave=WRONG)
    kernel.run('check("01.1")')
    tiny.write(workspace.root, octave=RIGHT)
    written = (workspace.package / "pitch.py").read_bytes()
    assert kernel.run(cell).text == "Nothing was changed."
    assert (workspace.package / "pitch.py").read_bytes() == written


@pytest.mark.notebooks
@pytest.mark.parametrize(("answer", "done"), [("yes", True), ("no", False), ("", False)])
def test_a_reset_and_a_restore_ask_first(
    kernel: Kernel, workspace: Workspace, answer: str, done: bool
) -> None:
    kernel.run(LOAD)
    tiny.write(workspace.root, octave=RIGHT)
    saying = f"import builtins; asked = []; builtins.input = lambda text: asked.append(text) or {answer!r}\n"
    said = kernel.run(saying + 'reset("01.1")').text
    assert ("back to where it began" in said) == done
    assert ("is not written yet" in (workspace.package / "pitch.py").read_text()) == done
    assert "Your file is kept under backup/. Type yes: " in kernel.run("asked[0]").text
    if done:
        assert "+" in kernel.run('restore("01.1")').text
        assert "is again what backup/tones/pitch.py." in kernel.run(saying + 'restore("01.1", 1)').text
        assert RIGHT in (workspace.package / "pitch.py").read_text()


def test_what_a_function_prints_is_shown_by_the_button_too(workspace: Workspace) -> None:
    card = ExerciseCard(workspace, "01.1")
    tiny.write(workspace.root, octave="print('shape', 3); return 2 * frequency")
    asks(card, "check")
    assert card.printed.startswith("shape 3\n")
    tiny.write(workspace.root, octave="return 2 * frequency")
    asks(card, "check")
    assert card.printed == ""


def asks(card: ExerciseCard, what: str) -> str:
    """Press a button of a card; return what it says."""
    card._asked(card, {"do": what}, [])
    return card.said


def test_the_buttons_of_a_card(workspace: Workspace) -> None:
    card = ExerciseCard(workspace, "01.1")
    card.check()
    assert "(easy, " in card.html
    assert (workspace.package / "pitch.py").read_text().splitlines()[card.line - 1].startswith("def octave(")
    tiny.write(workspace.root, octave=RIGHT)
    assert asks(card, "check").endswith(": accepted.")
    assert card.following == "01.2"
    assert "2 attempts" in card.html
    assert asks(card, "hint") == "Hint 1 of 3."
    assert card.hints.count("<details") == 1
    assert asks(card, "hint") == "Hint 2 of 3."
    assert (card.hints.count("<details"), card.hints.count(" open>"), card.hints_left) == (2, 1, 1)
    assert "back to where it began" in asks(card, "reset")
    assert card.can_undo
    assert "is again what" in asks(card, "undo")
    assert RIGHT in (workspace.package / "pitch.py").read_text()
    assert asks(card, "check on save") == "Checking at each save is on."
    assert ExerciseCard(workspace, "01.1").check_on_save


def test_a_button_that_fails_says_why(workspace: Workspace) -> None:
    card = ExerciseCard(workspace, "01.1")
    tiny.write(workspace.root, octave=RIGHT)
    (workspace.root / "backup").write_text("in the way")
    said = asks(card, "reset")
    assert said.endswith("Nothing was changed.")
    card._asked(card, {"do": "delete everything"}, [])
    assert (card.said, card.answered) == (said, 1)


def test_a_command_that_is_called_wrongly_says_how_it_is_called(workspace: Workspace) -> None:
    offered = functions(workspace)
    with pytest.raises(Stop, match=r"^call: expected check\(exercise_id\), got missing a required argument"):
        offered["check"]()
    with pytest.raises(Stop, match=r"^call: expected progress\(\), got too many positional arguments"):
        offered["progress"]("01")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (PermissionError(13, "Permission denied", "backup"), "backup: expected a file to read or write"),
        (KeyboardInterrupt(), "You stopped it."),
        (ZeroDivisionError("of ours"), "autograde: expected to get through, got ZeroDivisionError: of ours."),
    ],
)
def test_a_button_always_answers(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, error: BaseException, said: str
) -> None:
    def fails(*args: object) -> None:
        raise error

    card = ExerciseCard(workspace, "01.1")
    monkeypatch.setattr("autograde.notebook.exercise.reset", fails)
    with contextlib.suppress(type(error)):  # one that came through would end the whole run
        asks(card, "reset")
    assert card.said.startswith(said)
    assert card.answered == 1


@pytest.mark.notebooks
def test_what_takes_long_says_since_when(kernel: Kernel, workspace: Workspace) -> None:
    tiny.write(workspace.root, octave="import time; time.sleep(1.5); return 2 * frequency")
    kernel.run(LOAD)
    outputs = kernel.run('check("01.1")')
    assert "public checks accepted" in outputs.text
    assert "runs since" not in outputs.text


@pytest.mark.notebooks
def test_loading_twice_is_silent_and_keeps_what_was_imported(kernel: Kernel, workspace: Workspace) -> None:
    tiny.write(workspace.root, octave=RIGHT)
    kernel.run(LOAD)
    kernel.run("from tones.pitch import octave")
    again = kernel.run(LOAD)
    assert (again.stream, again.error) == ("", "")
    tiny.write(workspace.root, octave=WRONG)
    assert kernel.run("octave(1)").text == "3"


@pytest.mark.notebooks
def test_without_a_workspace_the_first_cell_says_so(kernel: Kernel, workspace: Workspace) -> None:
    kernel.run(f"os.chdir({str(workspace.root.parent)!r})")
    error = kernel.run(LOAD).error
    assert error.startswith("course folder: expected lessons/course.toml here or above, got none from")


@pytest.mark.notebooks
def test_an_endless_loop_in_a_cell_can_be_interrupted(kernel: Kernel, workspace: Workspace) -> None:
    tiny.write(workspace.root, octave="while True: pass")
    kernel.run(LOAD)

    async def run() -> Outputs:
        kernel.notebook.cells.append(kernel.new_cell('check("01.1")'))
        place = len(kernel.notebook.cells) - 1
        client: Any = kernel.client
        running = asyncio.ensure_future(client.async_execute_cell(kernel.notebook.cells[-1], place))
        await asyncio.sleep(1.5)
        await client.km.interrupt_kernel()
        return Outputs((await running).outputs)

    begun = time.monotonic()
    out = asyncio.get_event_loop().run_until_complete(run())
    assert time.monotonic() - begun < 20
    assert "You stopped it after" in out.text
    assert out.error == "Run All stops here: 01.1 octave is not accepted yet."


def exercise_of(workspace: Workspace, exercise_id: str) -> Exercise:
    return find_lesson(workspace, exercise_id)[1]


class Tags(HTMLParser):
    """Collects the tags of a page and notices which are left open."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: object) -> None:
        self.tags.add(tag)
        if tag != "br":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attributes: object) -> None:
        self.tags.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>`<b>`"


@pytest.mark.parametrize(
    "body",
    [
        f"raise ValueError('''{HOSTILE}''')",
        f"return type('''{HOSTILE}''', (), {{}})()",
        f"x = '''{HOSTILE}'''; return np.asarray([x, x])",
        "return np.array([[1.0, 1e-30], [np.nan, -np.inf]])",
    ],
)
def test_what_comes_from_a_learner_is_escaped(workspace: Workspace, body: str) -> None:
    tiny.write(workspace.root, octave=body)
    html = practice_card(workspace, exercise_of(workspace, "01.1"), practise(workspace, "01.1")).html
    tags = Tags(html)
    assert not {"script", "img"} & tags.tags
    assert tags.open == []


def test_a_hostile_place_is_escaped() -> None:
    assert str(prose(HOSTILE)).count("<") == 2
    assert str(prose(HOSTILE)).endswith("<code>&lt;b&gt;</code>")


def test_commands_and_files_stand_out() -> None:
    text = prose('Open tones/a.py. hint("01.1") helps.', "../../tones/a.py", "tones/a.py")
    assert str(text) == (
        'Open <a href="../../tones/a.py">tones/a.py</a>. <code>hint(&#34;01.1&#34;)</code> helps.'
    )


def test_a_wrong_array_is_drawn_where_it_differs(workspace: Workspace) -> None:
    tiny.write(workspace.root, octave="return frequency + 1")
    html = practice_card(workspace, exercise_of(workspace, "01.1"), practise(workspace, "01.1")).html
    assert html.count("<rect") == 4
    assert html.count("--ag-off, ") == 3
    assert "Where your result differs: 3 of 4 numbers" in html


def _mismatch(actual: np.ndarray, expected: np.ndarray) -> Mismatch:
    with pytest.raises(Mismatch) as caught:
        expect_close("x", actual, expected)
    return caught.value


def test_of_many_axes_the_first_slice_that_differs_is_drawn() -> None:
    expected = np.zeros((2, 3, 4, 5))
    actual = expected.copy()
    actual[1, 2, 3, 0] = 7
    found = where_different(_mismatch(actual, expected))
    assert found is not None
    assert (found.index, found.shape, found.off_count) == ((1, 2), (2, 3, 4, 5), 1)
    assert [row.index(True) for row in found.off if True in row] == [0]
    assert found.values[3][0] == "7"


@pytest.mark.parametrize("size", [1, 3, 11, 60])
def test_every_size_of_array_is_drawn(workspace: Workspace, size: int) -> None:
    found = where_different(_mismatch(np.ones((size, 2 * size)), np.zeros((size, 2 * size))))
    result = practise(workspace, "01.1")
    check = PublicResult("a", "b", None, difference=found)
    card = practice_card(workspace, exercise_of(workspace, "01.1"), replace(result, checks=(check,)))
    assert card.html.count("<rect") == min(size, 48) * min(2 * size, 48)
    assert Tags(card.html).open == []


def test_a_number_or_a_wrong_shape_is_not_drawn() -> None:
    assert where_different(_mismatch(np.array(1.0), np.array(2.0))) is None
    assert where_different(_mismatch(np.ones(3), np.ones(4))) is None


def test_every_card_is_whole_and_has_a_plain_form(workspace: Workspace) -> None:
    exercise = find_lesson(workspace, "01.1")[1]
    tiny.write(workspace.root, octave=RIGHT)
    cards: list[Card] = [
        *(hint_card(exercise, number) for number in (1, 2, 3)),
        practice_card(workspace, exercise_of(workspace, "01.1"), practise(workspace, "01.1")),
        practice_card(workspace, exercise_of(workspace, "02.1"), practise(workspace, "02.1")),
        progress_card(workspace, list(progress_rows(workspace))),
        sentence_card(reset(workspace, exercise).sentence),
    ]
    for card in cards:
        assert Tags(card.html).open == []
        assert card.text
        assert not re.search(r"<\w", card.text)


@pytest.mark.parametrize(
    ("hint", "steps"),
    [
        ("1. First. 2. Then.", ["First.", "Then."]),
        (
            "1. Divide by 2. 2. Call `f(3)`. 3. Return.",
            ["Divide by 2.", "Call <code>f(3)</code>.", "Return."],
        ),
        ("Weights sum to 1. The rest is 0. 2. is a number.", []),
    ],
)
def test_the_steps_of_a_hint_become_a_list(workspace: Workspace, hint: str, steps: list[str]) -> None:
    exercise = replace(find_lesson(workspace, "01.1")[1], hints=("a", "b", hint))
    assert re.findall(r"<li>(.*?)</li>", hint_card(exercise, 3).html) == steps
