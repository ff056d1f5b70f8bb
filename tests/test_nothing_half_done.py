"""What stands in the way is said in one sentence, before anything is written; nothing is lost."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import nbformat
import pytest
import tiny
from click.testing import CliRunner, Result
from nbformat.v4 import new_markdown_cell
from test_grade_class import tables

from autograde.classroom.roster import Person
from autograde.cli.main import main
from autograde.course.backup import keep_present, versions
from autograde.course.course import course_secret
from autograde.errors import AutogradeError
from autograde.nbgrader_plugins import standings
from autograde.nbgrader_plugins.cycle import Nbgrader
from autograde.nbgrader_plugins.grade_class import _time
from autograde.nbgrader_plugins.people import enrol
from autograde.nbgrader_plugins.returned import _write
from autograde.nbgrader_plugins.rubric import of_autograded
from autograde.practice import handin

LESSON = "02_melodies"
NOTEBOOK = Path("solutions") / "lessons" / LESSON / f"{LESSON}.ipynb"
pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")  # nbgrader's own

CELL = {"grade": True, "locked": False, "points": 5, "schema_version": 3, "solution": True, "task": False}


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standings, "PATIENCE_S", 0.2)


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tiny.released(tmp_path / "course")
    monkeypatch.chdir(root)
    return root


def handed_in(root: Path) -> None:
    """Let ada hand in what she fetched; nothing is graded yet, and the gradebook knows of her."""
    nbgrader = Nbgrader(root)
    nbgrader.fetch(LESSON, "ada", root / "learners" / "ada")
    nbgrader.submit(LESSON, "ada", root / "learners" / "ada")
    nbgrader.collect(LESSON)
    with nbgrader.gradebook() as book:
        book.add_student("ada")
        book.add_submission(LESSON, "ada")


def command(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def sentence(*words: str) -> str:
    """Return what a command says that cannot be done."""
    result = command(*words)
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.output
    return " ".join(result.output.split())


def everything(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path != root / NOTEBOOK and path.name != "gradebook.db"
    }


def add_a_graded_cell(root: Path) -> None:
    notebook = nbformat.read(root / NOTEBOOK, as_version=4)
    metadata = {"nbgrader": CELL | {"grade_id": "exercise-02-9"}}
    notebook.cells.append(new_markdown_cell("YOUR ANSWER HERE", metadata=metadata))
    nbformat.write(notebook, root / NOTEBOOK)


def test_a_release_that_would_end_half_way_writes_nothing(course: Path):
    handed_in(course)
    before, book = everything(course), tables(course / ".course" / "gradebook.db")
    add_a_graded_cell(course)
    for _ in range(2):
        said = sentence("release", LESSON)
        assert f"{LESSON}: expected the cells by which submissions were graded, got others." in said
        assert "Nothing was written." in said
        assert everything(course) == before
        assert tables(course / ".course" / "gradebook.db") == book


@contextlib.contextmanager
def locked(root: Path) -> Iterator[None]:
    with closing(sqlite3.connect(root / ".course" / "gradebook.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


@pytest.mark.slow
@pytest.mark.parametrize("words", [("release",), ("grade",), ("feedback",), ("report",), ("export",)])
def test_a_locked_gradebook_is_one_sentence(course: Path, words: tuple[str, ...]):
    handed_in(course)
    changed = (course / NOTEBOOK).read_text()
    (course / NOTEBOOK).write_text(changed.replace("# ", "# New: ", 1))
    before = everything(course / "lessons")
    with locked(course):
        assert "gradebook.db: expected a gradebook to use, got database is locked" in sentence(*words)
    assert everything(course / "lessons") == before
    if words != ("feedback",):  # nothing was graded yet
        assert command(*words).exit_code == 0


@pytest.mark.slow
@pytest.mark.parametrize("words", [("release",), ("grade",), ("feedback",), ("report",), ("export",)])
def test_a_damaged_or_missing_gradebook_is_one_sentence(course: Path, words: tuple[str, ...]):
    handed_in(course)
    book = course / ".course" / "gradebook.db"
    kept = book.read_bytes()
    book.write_bytes(b"no database" * 99)
    assert "expected a gradebook to use, got file is not a database. Restore it" in sentence(*words)
    assert book.read_bytes() == b"no database" * 99
    book.write_bytes(kept[: len(kept) // 2])
    if words != ("export",):
        sentence(*words)
    book.unlink()
    if words != ("release",):
        assert "expected a gradebook, got none." in sentence(*words)
        assert not book.exists()


@contextlib.contextmanager
def mounted(folder: Path, *options: str) -> Iterator[Path]:
    """A file system of its own, as far as this machine lets the test make one."""
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder], check=False).returncode:
        pytest.skip("only root can mount a file system")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def fill(disk: Path) -> Path:
    """Return a file that leaves no byte of a disk."""
    filler = disk / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 512)
    return filler


def test_a_read_only_disk_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with mounted(tmp_path / "disk") as disk:
        root = tiny.released(disk / "course")
        handed_in(root)
        monkeypatch.chdir(root)
        (root / NOTEBOOK).write_text((root / NOTEBOOK).read_text().replace("# ", "# New: ", 1))
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        assert command("report").exit_code == command("export").exit_code == 0
        assert re.search("read-?only", sentence("release"))
        assert re.search("[Rr]ead-?only", sentence("grade"))
        assert "expected a folder to write to, got a read-only one" in sentence("collect")
        subprocess.run(["mount", "-o", "remount,rw", disk], check=True)


def test_a_release_onto_a_full_disk_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with mounted(tmp_path / "disk") as disk:
        root = tiny.released(disk / "course")
        monkeypatch.chdir(root)
        (root / NOTEBOOK).write_text((root / NOTEBOOK).read_text().replace("# ", "# New: ", 1))
        filler = fill(disk)
        before = everything(root)
        assert "bytes free, got" in sentence("release")
        assert everything(root) == before
        filler.unlink()
        assert command("release").exit_code == 0


def test_on_a_full_disk_half_a_text_does_not_count_as_a_version_or_as_handed_in(tmp_path: Path):
    with mounted(tmp_path / "disk") as disk:
        workspace = tiny.workspace(disk / "mine")
        (workspace.package / "pitch.py").write_bytes(os.urandom(50_000))
        found = handin.Contents("01_octaves", ("tones/pitch.py",), ())
        (workspace.root / "backup" / "tones").mkdir(parents=True)
        (workspace.root / "handed_in").mkdir()
        filler = fill(disk)
        os.truncate(filler, filler.stat().st_size - 20_000)
        with pytest.raises(OSError, match="No space left"):
            keep_present(workspace.root, "tones/pitch.py")
        with pytest.raises(AutogradeError, match="No space left"):
            handin.write_zip(workspace, found)
        assert versions(workspace.root, "tones/pitch.py") == []
        assert handin.handed_in(workspace, "01_octaves") == []


def test_a_secret_is_kept_whole_or_not_at_all(tmp_path: Path):
    """With an empty one anybody could draw the inputs of every check."""
    with mounted(tmp_path / "disk") as disk:
        (disk / ".course").mkdir()
        filler = fill(disk)
        with pytest.raises(AutogradeError, match="a place to keep the course secret, got No space left"):
            course_secret(disk)
        filler.unlink()
        assert len(course_secret(disk)) == 64
        (disk / ".course" / "secret").write_text("")
        with pytest.raises(AutogradeError, match=r"expected the course's secret, got an empty file\."):
            course_secret(disk)


def test_a_page_that_cannot_be_written_leaves_the_one_before(tmp_path: Path):
    source = tmp_path / "autograded"
    source.mkdir()
    with mounted(tmp_path / "disk") as disk:
        page = disk / "ada" / LESSON / f"{LESSON}.html"
        _write(page.parent, source, {page.name: "before"}, 0o644)
        fill(disk)
        with pytest.raises(OSError, match="No space left"):
            _write(page.parent, source, {page.name: "after" * 9999}, 0o644)
        assert page.read_text() == "before"
        assert [path.name for path in page.parent.parent.iterdir()] == [LESSON]


def test_feedback_without_a_time_or_a_secret_keeps_nobody_elses(course: Path):
    """As in folders that somebody laid there by hand."""
    for who, files in {"ada": {"submission_secret.txt": "7" * 64}, "ben": {"timestamp.txt": "2026"}}.items():
        folder = course / ".course" / "feedback" / who / LESSON
        folder.mkdir(parents=True)
        for name, text in (files | {f"{LESSON}.html": who}).items():
            (folder / name).write_text(text)
    said = Nbgrader(course).release_feedback(LESSON).kept_back
    assert "ben: submission_secret.txt: expected what names the page, got none. No page was returned." in said
    returned = (course / ".course" / "exchange" / "first-tones" / "feedback").glob("*.html")
    assert [page.read_text() for page in returned] == ["ada"]


@pytest.mark.parametrize("text", [b"\xff\xfe", b"yesterday", b"99999999999999999999"])
def test_a_time_that_cannot_be_read_stops_its_student_alone(tmp_path: Path, text: bytes):
    (tmp_path / "timestamp.txt").write_bytes(text)
    with pytest.raises(AutogradeError, match=r"^timestamp\.txt: "):
        _time(tmp_path)


def test_a_rubric_in_another_encoding_keeps_no_answer_from_being_graded(course: Path):
    rubric = course / "solutions" / "rubrics" / "02.3.md"
    rubric.write_bytes("\ufeff- 1 point: Verhältnis\n".encode())
    assert rubric_beside(course).startswith("- 1 point: Verhältnis")
    rubric.write_bytes("- 1 point: Verhältnis\n".encode("cp1252"))
    assert rubric_beside(course).startswith("- 1 point: Verh")
    (course / NOTEBOOK).write_text("<<<<<<< HEAD")
    assert of_autograded(course / ".course" / "autograded" / "ada" / LESSON) == {}


def rubric_beside(course: Path) -> str:
    return of_autograded(course / ".course" / "autograded" / "ada" / LESSON)["exercise-02-3"].rubric


def test_an_export_onto_a_full_disk_leaves_the_teachers_file(course: Path, tmp_path: Path):
    enrol(Nbgrader(course), [Person(f"s{number:03}") for number in range(300)])
    with mounted(tmp_path / "disk") as disk:
        sheet = disk / "grades.csv"
        sheet.write_text("last term")
        fill(disk)
        assert "grades.csv: expected a file to write, got No space left" in sentence("export", str(sheet))
        assert sheet.read_text() == "last term"
        assert sorted(path.name for path in disk.iterdir()) == ["filler", "grades.csv"]


def test_brackets_in_the_path_of_the_course_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    root = tiny.copied(tmp_path / "[2026] course")
    monkeypatch.chdir(root)
    for words in (("release",), ("report",), ("grade",)):
        assert "expected a path without [ ] * ?, got [ ]. Rename or move" in sentence(*words)


def test_brackets_in_the_path_of_a_learner_are_named(course: Path, tmp_path: Path):
    nbgrader = Nbgrader(course)
    nbgrader.fetch(LESSON, "ada", tmp_path / "ada")
    shutil.move(tmp_path / "ada", tmp_path / "[CS 336] hw")
    for step in (nbgrader.submit, nbgrader.fetch_feedback):
        with pytest.raises(AutogradeError, match=r"expected a path without \[ \] \* \?, got \[ \]"):
            step(LESSON, "ada", tmp_path / "[CS 336] hw")


@pytest.mark.parametrize(
    ("name", "odd"), [("müller", "ü"), ("DOM\\user", "\\"), ("o'neill", "'"), (".hidden", ".hidden")]
)
def test_an_account_name_that_cannot_be_collected_is_refused_at_submit(course: Path, name: str, odd: str):
    nbgrader = Nbgrader(course)
    nbgrader.fetch(LESSON, "ada", course / "learners" / "ada")
    with pytest.raises(AutogradeError, match=r"account name: expected letters A to Z.*") as refused:
        nbgrader.submit(LESSON, name, course / "learners" / "ada")
    assert f"got {odd!r}" in str(refused.value)
    assert nbgrader.collect(LESSON) == []
    assert nbgrader.submitted(LESSON) == []


def test_who_has_handed_in_nothing_is_in_report_and_export(course: Path):
    handed_in(course)
    with Nbgrader(course).gradebook() as book:
        book.add_student("carl")
    report = command("report")
    assert re.search(r"carl\s+│\s+–\s+│\s+–", report.output)
    assert f"carl,{LESSON},0.0,15.0," in command("export").output
    assert [each.student for each in Nbgrader(course).standings()] == ["ada"]


def test_a_fault_of_ours_is_one_sentence(course: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("autograde.nbgrader_plugins.cycle.Nbgrader.standings", None)
    assert "autograde: expected to get through, got TypeError" in sentence("report")
