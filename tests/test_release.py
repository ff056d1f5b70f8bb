"""What learners get is generated, complete, free of secrets, and never written over somebody's work."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner, Result
from leaks import leaks
from mini_course import ROOT, make_course, make_released_course

from autograde.cli.main import main
from autograde.course.release import folder_files, lesson_names, write_bundle, write_generated
from autograde.nbgrader_plugins.cycle import Nbgrader
from autograde.nbgrader_plugins.generate import generate

NOTEBOOK = "lessons/01_double/01_double.ipynb"


@pytest.fixture
def released(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course whose lessons are in the exchange and the gradebook, as the current folder."""
    root = make_released_course(tmp_path / "released")
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course from which nothing has been released yet, as the current folder."""
    root = make_course(tmp_path / "course")
    monkeypatch.chdir(root)
    return root


def command(*args: str) -> Result:
    return CliRunner().invoke(main, args, catch_exceptions=False)


def test_generating_twice_gives_the_same_bytes(course: Path):
    names = lesson_names(course)
    assert generate(course, names) == generate(course, names)


def test_a_second_release_writes_nothing(course: Path):
    first = command("release", "--no-exchange")
    assert first.exit_code == 0
    assert "attnlib/numbers.py: written" in first.output
    assert command("release", "--no-exchange").output == ""
    assert command("release", "--check").exit_code == 0


def test_solutions_outputs_and_model_answers_are_taken_out(course: Path):
    source = course / "solutions" / NOTEBOOK
    notebook = nbformat.read(source, as_version=4)
    notebook.cells[1].outputs = [nbformat.v4.new_output("stream", text="left over")]
    notebook.cells[1].execution_count = 7
    nbformat.write(notebook, source)
    files = generate(course, lesson_names(course))
    released = json.loads(files[NOTEBOOK])
    assert released["cells"][1]["outputs"] == []
    assert released["cells"][1]["execution_count"] is None
    assert b"four equal sides" not in files["lessons/02_square/02_square.ipynb"]
    assert b"YOUR ANSWER HERE" in files["lessons/02_square/02_square.ipynb"]
    assert b"twice_as_much" not in files["attnlib/numbers.py"]
    assert [cell["id"] for cell in released["cells"]] == ["title", "load", "check"]


def test_scripts_go_along_and_what_an_editor_left_does_not(course: Path):
    attnlib = course / "solutions" / "attnlib"
    for leftover in ("numbers.py.orig", "numbers.py~", "notes.txt", ".ipynb_checkpoints/numbers.py"):
        (attnlib / leftover).parent.mkdir(exist_ok=True)
        (attnlib / leftover).write_bytes((attnlib / "numbers.py").read_bytes())
    files = generate(course, lesson_names(course))
    assert files["attnlib/widgets/clock.js"] == (attnlib / "widgets" / "clock.js").read_bytes()
    assert {path for path in files if path.startswith("attnlib/")} == {
        "attnlib/__init__.py",
        "attnlib/cpu/__init__.py",
        "attnlib/numbers.py",
        "attnlib/shapes.py",
        "attnlib/widgets/__init__.py",
        "attnlib/widgets/clock.js",
    }


def test_check_lists_what_is_stale_missing_and_left_over(course: Path):
    command("release", "--no-exchange")
    source = course / "solutions" / "attnlib" / "numbers.py"
    source.write_text(source.read_text().replace("Numbers.", "Some numbers."))
    (course / "lessons" / "01_double" / "checks.py").unlink()
    (course / "solutions" / "lessons" / "02_square" / "picture.txt").write_text("new")
    command("release", "--no-exchange", "02_square")
    (course / "solutions" / "lessons" / "02_square" / "picture.txt").unlink()
    source.write_text(source.read_text().replace("Some numbers.", "More numbers."))
    result = command("release", "--check")
    assert result.exit_code == 1
    assert result.output.splitlines()[:3] == [
        "attnlib/numbers.py: stale",
        "lessons/01_double/checks.py: missing",
        "lessons/02_square/picture.txt: left over",
    ]


def test_work_is_never_overwritten(course: Path):
    command("release", "--no-exchange")
    worked = course / "attnlib" / "numbers.py"
    worked.write_text(worked.read_text().replace("raise NotImplementedError", "return 2 * x  #"))
    mine = worked.read_text()
    source = course / "solutions" / "lessons" / "01_double" / "checks.py"
    source.write_text(source.read_text() + "# changed\n")
    result = command("release", "--no-exchange")
    assert result.exit_code == 2
    assert "attnlib/numbers.py: expected the text that was generated last" in result.output
    assert worked.read_text() == mine
    assert "# changed" not in (course / "lessons" / "01_double" / "checks.py").read_text()


def test_work_that_equals_the_new_text_is_no_work(course: Path):
    command("release", "--no-exchange")
    source = course / "solutions" / "lessons" / "01_double" / "checks.py"
    source.write_text(source.read_text() + "# changed\n")
    (course / "lessons" / "01_double" / "checks.py").write_bytes(source.read_bytes())
    assert command("release", "--no-exchange").exit_code == 0


def test_the_generate_button_does_not_overwrite_work(released: Path):
    api = Nbgrader(released).api()
    (released / NOTEBOOK).write_text((released / NOTEBOOK).read_text() + "\n")
    mine = (released / NOTEBOOK).read_text()
    outcome = api.generate_assignment("01_double")
    assert not outcome["success"]
    assert f"{NOTEBOOK}: expected the text that was generated last, got somebody's work" in outcome["log"]
    assert (released / NOTEBOOK).read_text() == mine


def test_the_generate_button_does_not_remove_a_file_of_ones_own(released: Path):
    own = released / "lessons" / "01_double" / "scratch.ipynb"
    own.write_text("{}")
    assert not Nbgrader(released).api().generate_assignment("01_double")["success"]
    assert own.exists()


def test_what_the_generate_button_wrote_can_be_generated_again(released: Path):
    source = released / "solutions" / NOTEBOOK
    for title in ("first", "second"):
        source.write_text(source.read_text().replace("Two numbers", f"The {title} of two numbers"))
        assert Nbgrader(released).api().generate_assignment("01_double")["success"]
        assert command("release", "--check").exit_code == 0


def test_the_release_button_releases_only_what_was_generated(released: Path):
    nbgrader = Nbgrader(released)
    (released / "lessons" / "01_double" / "checks.py").write_text("my answers")
    with pytest.raises(
        Exception, match=r"lessons/01_double/checks\.py: expected the text that was generated"
    ):
        nbgrader.release("01_double")
    outbound = released / ".course" / "exchange" / "self-attention" / "outbound" / "01_double"
    assert "my answers" not in (outbound / "checks.py").read_text()


def test_an_unknown_lesson_is_said(course: Path):
    result = command("release", "07_nothing")
    assert result.exit_code == 2
    assert "lesson: expected one of 01_double, 02_square, got 07_nothing." in result.output


def test_a_broken_lesson_is_said(course: Path):
    (course / "solutions" / NOTEBOOK).write_text("{")
    result = command("release")
    assert result.exit_code == 2
    assert "solutions/lessons/01_double: expected a lesson for nbgrader, got" in result.output
    assert "Traceback" not in result.output


def test_the_bundle_is_complete_and_the_same_each_time(course: Path, tmp_path: Path):
    for name in ("a.zip", "b.zip"):
        assert command("release", "--bundle", str(tmp_path / name)).exit_code == 0
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    names = set(zipfile.ZipFile(tmp_path / "a.zip").namelist())
    assert {"requirements.txt", NOTEBOOK, "autograde/errors.py"} <= names
    for folder in ("attnlib", ".autograde/skeleton/attnlib"):
        assert {f"{folder}/numbers.py", f"{folder}/widgets/clock.js"} <= names
    assert not any(
        "solutions" in name or "__pycache__" in name or name.startswith(".course") for name in names
    )


def unpacked(bundle: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(bundle) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def test_nothing_secret_is_released(released: Path, tmp_path: Path):
    command("release", "--bundle", str(tmp_path / "bundle.zip"))
    outbound = released / ".course" / "exchange"
    for files in (
        unpacked(tmp_path / "bundle.zip"),
        folder_files(outbound, "exchange"),
        folder_files(released / "lessons", "lessons") | folder_files(released / "attnlib", "attnlib"),
    ):
        assert len(files) > 5
        assert leaks(files, released / "solutions") == []


@pytest.mark.parametrize(
    "secret",
    [
        "twice_as_much_as_what_was_handed_in = x + x",
        "It is right for drawn numbers.",
        "EXPECTED_RESULT_THAT_NOBODY_MAY_SEE = 31337.25",
        "Your result matches the square of x. What is the sum of x and x?",
    ],
)
def test_a_planted_secret_is_found(course: Path, tmp_path: Path, secret: str):
    public = course / "solutions" / "lessons" / "01_double" / "notes.txt"
    public.write_text(f"Look: {secret}\n")
    command("release", "--bundle", str(tmp_path / "bundle.zip"))
    assert leaks(unpacked(tmp_path / "bundle.zip"), course / "solutions") == [
        f"lessons/01_double/notes.txt: {secret}"
    ]


def test_nothing_secret_is_in_the_real_bundle(tmp_path: Path):
    generated = generate(ROOT, lesson_names(ROOT))
    write_bundle(tmp_path / "bundle.zip", ROOT, generated)
    assert leaks(unpacked(tmp_path / "bundle.zip"), ROOT / "solutions") == []


OPENED = """
import sys
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
from autograde.cli.main import main
for arguments in (["release"], ["release", "--check"], ["release", "--bundle", "bundle.zip"]):
    try:
        main(arguments)
    except SystemExit as end:
        assert end.code == 0, arguments
sys.stdout.write("\\n".join(opened))
"""


def test_release_opens_no_hidden_check_and_no_misconception(course: Path):
    done = subprocess.run([sys.executable, "-c", OPENED], capture_output=True, text=True, check=True)
    opened = [line for line in done.stdout.splitlines() if str(course) in line]
    assert str(course / "solutions" / "attnlib" / "numbers.py") in opened
    assert not [path for path in opened if "solutions/checks" in path or "misconceptions" in path]


def test_a_file_left_over_is_removed_and_one_worked_in_is_kept(course: Path):
    extra = course / "solutions" / "lessons" / "01_double" / "extra.txt"
    scope = ["attnlib", "lessons"]
    for kept in (False, True):
        extra.write_text("generated")
        write_generated(course, generate(course, lesson_names(course)), scope)
        copy = course / "lessons" / "01_double" / "extra.txt"
        extra.unlink()
        if kept:
            copy.write_text("my notes")
            with pytest.raises(Exception, match=r"extra\.txt"):
                write_generated(course, generate(course, lesson_names(course)), scope)
        else:
            write_generated(course, generate(course, lesson_names(course)), scope)
        assert copy.exists() == kept
