"""What learners get is generated, complete, free of secrets, and never written over somebody's work."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
import tiny
from click.testing import CliRunner, Result
from leaks import leaks

from autograde.cli.main import main
from autograde.course.release import folder_files, lesson_names, scope, write_bundle, write_generated
from autograde.nbgrader_plugins.cycle import Nbgrader
from autograde.nbgrader_plugins.generate import generate

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOK = "lessons/01_octaves/01_octaves.ipynb"


@pytest.fixture
def released(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course whose lessons are in the exchange and the gradebook, as the current folder."""
    root = tiny.released(tmp_path / "released")
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course from which nothing has been released yet, as the current folder."""
    root = tiny.copied(tmp_path / "course")
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
    assert "tones/pitch.py: written" in first.output
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
    assert b"We hear ratios" not in files["lessons/02_melodies/02_melodies.ipynb"]
    assert b"YOUR ANSWER HERE" in files["lessons/02_melodies/02_melodies.ipynb"]
    assert b"return 2 * frequency" not in files["tones/pitch.py"]
    assert [cell["id"] for cell in released["cells"]] == [cell.id for cell in notebook.cells]


def test_scripts_go_along_and_what_an_editor_left_does_not(course: Path):
    package = course / "solutions" / "tones"
    for leftover in ("pitch.py.orig", "pitch.py~", "notes.txt", ".ipynb_checkpoints/pitch.py"):
        (package / leftover).parent.mkdir(exist_ok=True)
        (package / leftover).write_bytes((package / "pitch.py").read_bytes())
    files = generate(course, lesson_names(course))
    assert files["tones/pictures/wave.js"] == (package / "pictures" / "wave.js").read_bytes()
    assert {path for path in files if path.startswith("tones/")} == {
        "tones/__init__.py",
        "tones/melody.py",
        "tones/pictures/__init__.py",
        "tones/pictures/wave.js",
        "tones/pitch.py",
        "tones/sound.py",
    }


def test_check_lists_what_is_stale_missing_and_left_over(course: Path):
    command("release", "--no-exchange")
    source = course / "solutions" / "tones" / "pitch.py"
    source.write_text(source.read_text().replace("Pitches,", "All pitches,"))
    (course / "lessons" / "01_octaves" / "checks.py").unlink()
    (course / "solutions" / "lessons" / "02_melodies" / "picture.txt").write_text("new")
    command("release", "--no-exchange", "02_melodies")
    (course / "solutions" / "lessons" / "02_melodies" / "picture.txt").unlink()
    source.write_text(source.read_text().replace("All pitches,", "More pitches,"))
    result = command("release", "--check")
    assert result.exit_code == 1
    assert result.output.splitlines()[:3] == [
        "lessons/01_octaves/checks.py: missing",
        "lessons/02_melodies/picture.txt: left over",
        "tones/pitch.py: stale",
    ]


def test_work_is_never_overwritten(course: Path):
    command("release", "--no-exchange")
    worked = course / "tones" / "pitch.py"
    worked.write_text(worked.read_text().replace("raise NotImplementedError", "return 2 * frequency  #"))
    mine = worked.read_text()
    source = course / "solutions" / "lessons" / "01_octaves" / "checks.py"
    source.write_text(source.read_text() + "# changed\n")
    result = command("release", "--no-exchange")
    assert result.exit_code == 2
    assert "tones/pitch.py: expected the text that was generated last" in result.output
    assert worked.read_text() == mine
    assert "# changed" not in (course / "lessons" / "01_octaves" / "checks.py").read_text()


def test_work_that_equals_the_new_text_is_no_work(course: Path):
    command("release", "--no-exchange")
    source = course / "solutions" / "lessons" / "01_octaves" / "checks.py"
    source.write_text(source.read_text() + "# changed\n")
    (course / "lessons" / "01_octaves" / "checks.py").write_bytes(source.read_bytes())
    assert command("release", "--no-exchange").exit_code == 0


def test_the_generate_button_does_not_overwrite_work(released: Path):
    api = Nbgrader(released).api()
    (released / NOTEBOOK).write_text((released / NOTEBOOK).read_text() + "\n")
    mine = (released / NOTEBOOK).read_text()
    outcome = api.generate_assignment("01_octaves")
    assert not outcome["success"]
    assert f"{NOTEBOOK}: expected the text that was generated last, got somebody's work" in outcome["log"]
    assert (released / NOTEBOOK).read_text() == mine


def test_the_generate_button_does_not_remove_a_file_of_ones_own(released: Path):
    own = released / "lessons" / "01_octaves" / "scratch.ipynb"
    own.write_text("{}")
    assert not Nbgrader(released).api().generate_assignment("01_octaves")["success"]
    assert own.exists()


def test_what_the_generate_button_wrote_can_be_generated_again(released: Path):
    source = released / "solutions" / NOTEBOOK
    for title in ("first", "second"):
        source.write_text(source.read_text().replace("A tone is", f"A {title} tone is"))
        assert Nbgrader(released).api().generate_assignment("01_octaves")["success"]
        assert command("release", "--check").exit_code == 0


def test_the_release_button_releases_only_what_was_generated(released: Path):
    nbgrader = Nbgrader(released)
    (released / "lessons" / "01_octaves" / "checks.py").write_text("my answers")
    with pytest.raises(
        Exception, match=r"lessons/01_octaves/checks\.py: expected the text that was generated"
    ):
        nbgrader.release("01_octaves")
    outbound = released / ".course" / "exchange" / "first-tones" / "outbound" / "01_octaves"
    assert "my answers" not in (outbound / "checks.py").read_text()


def test_an_unknown_lesson_is_said(course: Path):
    result = command("release", "07_nothing")
    assert result.exit_code == 2
    assert "lesson: expected one of 01_octaves, 02_melodies, got 07_nothing." in result.output


@pytest.mark.slow
def test_a_broken_lesson_is_said(course: Path):
    (course / "solutions" / NOTEBOOK).write_text("{")
    result = command("release")
    assert result.exit_code == 2
    assert "solutions/lessons/01_octaves: expected a lesson for nbgrader, got" in result.output
    assert "Traceback" not in result.output


def test_the_bundle_is_complete_and_the_same_each_time(course: Path, tmp_path: Path):
    for name in ("a.zip", "b.zip"):
        assert command("release", "--bundle", str(tmp_path / name)).exit_code == 0
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    names = set(zipfile.ZipFile(tmp_path / "a.zip").namelist())
    released = {f".autograde/released/{path}" for path in (NOTEBOOK, "lessons/course.toml")}
    assert {"README.md", "start.py", *released, "autograde/errors.py"} <= names
    assert {f".autograde/skeleton/tones/{name}" for name in ("pitch.py", "pictures/wave.js")} <= names
    assert not any(name.startswith(("lessons/", "tones/")) for name in names), "a newer one would overwrite"
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
        folder_files(released / "lessons", "lessons") | folder_files(released / "tones", "tones"),
    ):
        assert len(files) > 5
        assert leaks(files, released / "solutions") == []


@pytest.mark.parametrize(
    "secret",
    [
        "return np.concatenate([[0.0], ends(durations)[:-1]])",
        "Every frequency must double, whatever the shape of the array.",
        'expect_close("octave", learner.octave(frequency), pitch.octave(frequency))',
        "You halve each frequency: that is one octave below. Which way do higher tones go?",
        "return torch.cos(times * self.frequency * math.tau - math.pi / 2)",
    ],
)
def test_a_planted_secret_is_found(course: Path, tmp_path: Path, secret: str):
    public = course / "solutions" / "lessons" / "01_octaves" / "notes.txt"
    public.write_text(f"Look: {secret}\n")
    command("release", "--bundle", str(tmp_path / "bundle.zip"))
    assert leaks(unpacked(tmp_path / "bundle.zip"), course / "solutions") == [
        f".autograde/released/lessons/01_octaves/notes.txt: {secret}"
    ]


@pytest.mark.slow
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


@pytest.mark.slow
def test_release_opens_no_hidden_check_no_misconception_and_no_answer(course: Path):
    done = subprocess.run([sys.executable, "-c", OPENED], capture_output=True, text=True, check=True)
    opened = [line for line in done.stdout.splitlines() if str(course) in line]
    assert str(course / "solutions" / "tones" / "pitch.py") in opened
    secret = ("checks", "misconceptions", "answers")
    assert not [path for path in opened for name in secret if path.startswith(f"{course}/solutions/{name}")]


def test_a_file_left_over_is_removed_and_one_worked_in_is_kept(course: Path):
    extra = course / "solutions" / "lessons" / "01_octaves" / "extra.txt"
    for kept in (False, True):
        extra.write_text("generated")
        write_generated(course, generate(course, lesson_names(course)), scope(course))
        copy = course / "lessons" / "01_octaves" / "extra.txt"
        extra.unlink()
        if kept:
            copy.write_text("my notes")
            with pytest.raises(Exception, match=r"extra\.txt"):
                write_generated(course, generate(course, lesson_names(course)), scope(course))
        else:
            write_generated(course, generate(course, lesson_names(course)), scope(course))
        assert copy.exists() == kept
