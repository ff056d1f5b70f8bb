"""Grading through nbgrader: points equal the judge's, whatever the notebook says, and never go stale."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
import pytest
import tiny
from click.testing import CliRunner
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from nbgrader.server_extensions.formgrader import handlers

from autograde.classroom.pool import Job, Pool
from autograde.classroom.report import Standing
from autograde.classroom.store import Graded, kept_result
from autograde.cli.main import main
from autograde.course.course import find_course
from autograde.course.submission import read_sources
from autograde.course.version import course_digest
from autograde.errors import AutogradeError
from autograde.nbgrader_plugins.cycle import Nbgrader
from autograde.nbgrader_plugins.sentences import BROKEN, CHANGED, MISSING

ROOT = Path(__file__).resolve().parent.parent
LESSON = "02_melodies"
CHECK, ANSWER = 3, 7
"""Where the notebook of the lesson has its first check and its written answer."""
RIGHT, WRONG = "4 * frequency", "2 * frequency"
SCRIPT = "<script>document.title = 'taken over'</script><img src=x onerror=\"document.title = 'taken over'\">"


@pytest.fixture(scope="module")
def judged(place: Path) -> Iterator[Callable[[Path], float]]:
    """Return what asks the judge, without nbgrader, how many points a folder of ada's earns."""
    pool = Pool(place)

    def ask(folder: Path) -> float:
        digest = course_digest(place / "solutions")
        return pool.judge(Job("ada", LESSON, read_sources(folder, "tones"), digest)).result.points

    yield ask
    pool.close()


def hand_in(nbgrader: Nbgrader, student: str = "ada", expression: str = RIGHT) -> Path:
    """Let a student fetch, solve, submit; return the collected folder."""
    workspace = nbgrader.root / ".course" / "learners" / student
    if not workspace.exists():
        nbgrader.fetch(LESSON, student, workspace)
        tiny.write(workspace, two_octaves=f"return {expression}")
    nbgrader.submit(LESSON, student, workspace)
    assert nbgrader.collect(LESSON) == []
    return nbgrader.folder("submitted", student, LESSON)


def grade(nbgrader: Nbgrader, student: str = "ada") -> Standing:
    nbgrader.autograde(LESSON, student)
    return standing(nbgrader, student)


def standing(nbgrader: Nbgrader, student: str = "ada") -> Standing:
    return next(each for each in nbgrader.standings() if (each.student, each.lesson) == (student, LESSON))


def kept_by(nbgrader: Nbgrader) -> Graded:
    kept = kept_result(nbgrader.root, "ada", LESSON)
    assert kept is not None
    return kept


def auto_scores(nbgrader: Nbgrader, student: str = "ada") -> dict[str, float | None]:
    with nbgrader.gradebook() as gradebook:
        submission = gradebook.find_submission(LESSON, student)
        return {grade.name: grade.auto_score for book in submission.notebooks for grade in book.grades}


def edit(path: Path, change: Callable[[Any], None]) -> None:
    notebook = nbformat.read(path, as_version=4)
    change(notebook)
    nbformat.write(notebook, path)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("expression", "points"),
    [(RIGHT, 5), (WRONG, 0), ("1 / 0", 0), ("frequency *", 0), ("octave(octave(frequency))", 5)],
)
def test_points_in_the_gradebook_equal_the_judge(nbgrader: Nbgrader, judged, expression: str, points: int):
    folder = hand_in(nbgrader, expression=expression)
    assert grade(nbgrader).points == judged(folder) == points
    assert auto_scores(nbgrader)["exercise-02-1"] == points


def duplicated(notebook: Any) -> None:
    notebook.cells.append(
        new_code_cell(notebook.cells[CHECK].source, metadata=notebook.cells[CHECK].metadata)
    )


def retyped(notebook: Any) -> None:
    notebook.cells[CHECK] = new_markdown_cell("now text", metadata=notebook.cells[CHECK].metadata)


def deleted(notebook: Any) -> None:
    del notebook.cells[CHECK]


def pointed_elsewhere(notebook: Any) -> None:
    notebook.cells[CHECK].metadata.nbgrader.grade_id = "exercise-01-1"


def worth_more(notebook: Any) -> None:
    notebook.cells[CHECK].metadata.nbgrader.points = 1000
    notebook.cells[CHECK].metadata.nbgrader.checksum = "0"


def no_longer_graded(notebook: Any) -> None:
    notebook.cells[CHECK].metadata.nbgrader.grade = False


def tagged(notebook: Any) -> None:
    for cell in notebook.cells:
        cell.metadata.tags = ["skip-execution", "remove-cell", "raises-exception"]


def written_beforehand(notebook: Any) -> None:
    notebook.cells[CHECK].outputs = [new_output("execute_result", data={"text/plain": "5.0"})]
    notebook.cells[CHECK].source = "5.0"


def other_kernel(notebook: Any) -> None:
    notebook.metadata.kernelspec = {"name": "bash", "display_name": "bash", "language": "bash"}


def odd_metadata(notebook: Any) -> None:
    notebook.cells[CHECK].metadata.nbgrader = {"grade_id": ["a", "list"], "grade": "yes"}


TRICKS = [
    duplicated,
    retyped,
    deleted,
    pointed_elsewhere,
    worth_more,
    no_longer_graded,
    tagged,
    written_beforehand,
    other_kernel,
    odd_metadata,
]


@pytest.mark.slow
@pytest.mark.parametrize("expression", [RIGHT, WRONG])
@pytest.mark.parametrize("trick", TRICKS)
def test_tricks_in_the_notebook_change_nothing(nbgrader: Nbgrader, trick, expression: str):
    folder = hand_in(nbgrader, expression=expression)
    edit(folder / f"{LESSON}.ipynb", trick)
    found = grade(nbgrader)
    assert (found.points, found.max_points) == (5 if expression == RIGHT else 0, 15)
    graded = nbformat.read(nbgrader.folder("autograded", "ada", LESSON) / f"{LESSON}.ipynb", as_version=4)
    assert not any(cell.metadata.get("tags") for cell in graded.cells)
    cell = next(
        cell for cell in graded.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == "exercise-02-1"
    )
    assert cell.source == 'check("02.1")'
    assert cell.outputs[-1].data["text/plain"] == repr(found.points)


UNREADABLE = {
    "not JSON": b"{not json",
    "not UTF-8": b"\xff\xfe\x00" * 50,
    "empty": b"",
    "a list": b"[]",
    "cells of no kind": b'{"cells": [{}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
    "another format": b'{"cells": [], "metadata": {}, "nbformat": 99, "nbformat_minor": 0}',
    "deep": b"[" * 100_000,
    "too large": b'{"cells": [' + b" " * 21_000_000 + b"]}",
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_a_notebook_that_cannot_be_read_is_graded_by_the_package(nbgrader: Nbgrader, kind: str):
    folder = hand_in(nbgrader)
    (folder / f"{LESSON}.ipynb").write_bytes(UNREADABLE[kind])
    assert grade(nbgrader).points == 5
    kept = kept_by(nbgrader)
    assert kept.notes
    assert kept.notes[0].startswith(BROKEN)


def test_a_submission_without_a_notebook_is_graded_by_the_package(nbgrader: Nbgrader):
    folder = hand_in(nbgrader)
    (folder / f"{LESSON}.ipynb").unlink()
    assert grade(nbgrader).points == 5
    assert kept_by(nbgrader).notes == (MISSING,)


def test_a_written_answer_survives_a_changed_notebook(nbgrader: Nbgrader):
    folder = hand_in(nbgrader)

    def change(notebook: Any) -> None:
        notebook.cells[ANSWER].source = "Twice as many vibrations."
        del notebook.cells[CHECK]

    edit(folder / f"{LESSON}.ipynb", change)
    found = grade(nbgrader)
    assert found.to_grade == ("exercise-02-3",)
    assert kept_by(nbgrader).notes == (CHANGED,)
    graded = (nbgrader.folder("autograded", "ada", LESSON) / f"{LESSON}.ipynb").read_text()
    assert "Twice as many vibrations." in graded


def test_an_unsafe_folder_is_moved_aside_unread_and_said(nbgrader: Nbgrader, tmp_path: Path):
    folder = hand_in(nbgrader)
    (tmp_path / "canary").write_text("a secret of the test")
    (folder / "notes.txt").symlink_to(tmp_path / "canary")
    assert grade(nbgrader).points == 0
    copied = nbgrader.folder("autograded", "ada", LESSON)
    assert not any("a secret of the test" in path.read_text() for path in copied.rglob("*.*"))
    kept = kept_by(nbgrader)
    assert "notes.txt: expected a plain file, got a symbolic link" in kept.notes[0]
    assert (nbgrader.root / ".course" / "refused" / "ada" / LESSON / "submission" / "notes.txt").is_symlink()
    hand_in(nbgrader)
    assert grade(nbgrader).points == 5
    assert kept_by(nbgrader).notes == ()


def test_a_course_that_is_handed_in_is_not_the_one_that_grades(nbgrader: Nbgrader, tmp_path: Path):
    """It would run a learner's file where the hidden checks run."""
    folder = hand_in(nbgrader, expression=WRONG)
    shutil.copytree(nbgrader.root / "solutions", folder / "solutions")
    for checks in (folder / "solutions" / "checks").glob("*.py"):
        checks.write_text(f"open({str(tmp_path / 'canary')!r}, 'w')\n{checks.read_text()}")
    assert grade(nbgrader).points == 0
    assert not (tmp_path / "canary").exists()
    for step in ("submitted", "autograded"):
        assert find_course(nbgrader.folder(step, "ada", LESSON)) == nbgrader.root


def test_no_package_is_zero_with_a_reason(nbgrader: Nbgrader):
    shutil.rmtree(hand_in(nbgrader) / "tones")
    assert grade(nbgrader).points == 0
    assert "expected a folder named tones, got none" in kept_by(nbgrader).notes[0]


@pytest.mark.slow
def test_a_fault_of_the_grader_leaves_the_grade_open(nbgrader: Nbgrader):
    hand_in(nbgrader)
    assert grade(nbgrader).points == 5
    checks = nbgrader.root / "solutions" / "checks" / f"{LESSON}.py"
    right = checks.read_text()
    checks.write_text(right.replace("melody.two_octaves(", "melody.no_such_function("))
    found = grade(nbgrader)
    assert auto_scores(nbgrader)["exercise-02-1"] is None
    assert "exercise-02-1" in found.to_grade
    checks.write_text("this is not Python")
    assert "exercise-02-1" in grade(nbgrader).to_grade
    assert auto_scores(nbgrader)["exercise-02-1"] is None
    assert kept_by(nbgrader).problem
    checks.write_text(right)
    assert grade(nbgrader).points == 5


def test_a_failed_conversion_leaves_no_old_grade(nbgrader: Nbgrader):
    hand_in(nbgrader)
    assert grade(nbgrader).points == 5
    autograded = nbgrader.folder("autograded", "ada", LESSON)
    shutil.rmtree(autograded.parent)
    autograded.parent.write_text("a file in the way of the folder")
    result = CliRunner().invoke(main, ["grade", LESSON])
    assert result.exit_code == 1
    assert f"ada, {LESSON}: not graded." in result.output
    assert auto_scores(nbgrader) == {f"exercise-02-{number}": None for number in (1, 2, 3)}
    assert "exercise-02-1" in standing(nbgrader).to_grade


def test_a_manual_grade_is_asked_about_again_only_after_another_answer(nbgrader: Nbgrader):
    hand_in(nbgrader)
    grade(nbgrader)
    with nbgrader.gradebook() as gradebook:
        found = gradebook.find_grade("exercise-02-1", LESSON, LESSON, "ada")
        found.manual_score, found.needs_manual_grade = 1.0, False
        gradebook.db.commit()
    regraded = grade(nbgrader)
    assert (regraded.points, regraded.to_grade) == (1, ())
    tiny.write(nbgrader.root / ".course" / "learners" / "ada", two_octaves=f"return {WRONG}")
    hand_in(nbgrader)
    asked = grade(nbgrader)
    assert (asked.points, asked.to_grade) == (1, ("exercise-02-1",))
    assert grade(nbgrader).to_grade == ("exercise-02-1",)


def test_unchanged_work_is_not_judged_twice(nbgrader: Nbgrader, monkeypatch: pytest.MonkeyPatch):
    hand_in(nbgrader)
    grade(nbgrader)
    kept = kept_result(nbgrader.root, "ada", LESSON)
    monkeypatch.setattr("autograde.classroom.pool.Pool.judge", None)
    assert grade(nbgrader).points == 5
    assert kept_result(nbgrader.root, "ada", LESSON) == kept


@pytest.mark.slow
def test_one_bad_submission_does_not_stop_the_others(nbgrader: Nbgrader):
    for student in ("ada", "bob", "cyd"):
        hand_in(nbgrader, student)
    blocked = nbgrader.folder("autograded", "bob", LESSON).parent
    blocked.parent.mkdir(parents=True)
    blocked.write_text("a file in the way of the folder")
    result = CliRunner().invoke(main, ["grade", "--json"])
    assert result.exit_code == 1
    found = json.loads(result.output[result.output.index("{") :])["submissions"]
    assert {each["student"]: each["points"] for each in found} == {"ada": 5, "bob": 0, "cyd": 5}
    assert next(each for each in found if each["student"] == "bob")["why"] == "not graded"


def test_a_folder_that_cannot_be_read_leaves_no_old_grade(nbgrader: Nbgrader):
    folder = hand_in(nbgrader)
    assert grade(nbgrader).points == 5
    shutil.rmtree(folder)
    folder.write_text("a file in place of the folder")
    with pytest.raises(AutogradeError):
        nbgrader.autograde(LESSON, "ada")
    assert auto_scores(nbgrader)["exercise-02-1"] is None


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of a few megabytes, mounted for this test."""
    folder = tmp_path / "small"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder], check=False).returncode:
        pytest.skip("only root can mount a file system")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def fill(folder: Path) -> Path:
    """Take all the space that is left."""
    filler = folder / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 512)
    return filler


@pytest.mark.slow
def test_a_full_disk_is_said_and_nothing_is_lost(small_disk: Path, monkeypatch: pytest.MonkeyPatch):
    root = tiny.released(small_disk / "course")
    monkeypatch.chdir(root)
    nbgrader = Nbgrader(root)
    hand_in(nbgrader, "ada")
    grade(nbgrader, "ada")
    hand_in(nbgrader, "bob")
    filler = fill(small_disk)
    result = CliRunner().invoke(main, ["grade"])
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert re.search("expected .* to use, got .*disk is full", result.output)
    filler.unlink()
    assert CliRunner().invoke(main, ["grade"]).exit_code == 0
    assert [(each.student, each.points) for each in nbgrader.standings()] == [("ada", 5), ("bob", 5)]


@pytest.mark.slow
def test_a_late_submission_can_cost_its_points(nbgrader: Nbgrader):
    with (nbgrader.root / "nbgrader_config.py").open("a") as config:
        config.write('c.LateSubmissionPlugin.penalty_method = "zero"\n')
    with nbgrader.gradebook() as gradebook:
        gradebook.update_or_create_assignment(LESSON, duedate=datetime(2020, 1, 1))
    late = Nbgrader(nbgrader.root)
    hand_in(late)
    found = grade(late)
    assert (found.points, found.penalty) == (0, 5)
    assert found.late_s > 0
    late.generate_feedback(LESSON)
    html = (nbgrader.folder("feedback", "ada", LESSON) / f"{LESSON}.html").read_text()
    assert "5 points taken off" in html


@pytest.mark.slow
def test_no_script_of_a_learner_reaches_the_instructors_page(nbgrader: Nbgrader):
    folder = hand_in(nbgrader)

    def change(notebook: Any) -> None:
        notebook.cells[0].source = f"# A title {SCRIPT}"
        notebook.cells[ANSWER].source = f"An answer with $x < 3$ and `<b>` {SCRIPT} [a](javascript:alert(1))"
        html = new_output("display_data", data={"text/html": SCRIPT, "image/svg+xml": f"<svg>{SCRIPT}</svg>"})
        notebook.cells.append(new_code_cell("1", outputs=[html]))

    edit(folder / f"{LESSON}.ipynb", change)
    grade(nbgrader)
    html = formgrader_page(nbgrader)
    assert "An answer with <math" in html
    assert "&lt;div&gt;" not in html
    assert "taken over" not in html.replace("&#39;taken over&#39;", "")
    assert "onerror" not in html
    assert "javascript:alert" not in html


@pytest.mark.slow
def test_the_instructor_reads_what_was_judged(nbgrader: Nbgrader):
    hand_in(nbgrader, expression=f"{RIGHT}  # {SCRIPT}")
    assert grade(nbgrader).points == 5
    html = formgrader_page(nbgrader)
    assert "tones/melody.py, as handed in:" in html
    assert "return 4 * frequency  # &lt;script&gt;" in html


def test_outputs_that_are_shown_are_sanitised_too(nbgrader: Nbgrader):
    hand_in(nbgrader)
    grade(nbgrader)
    path = nbgrader.folder("autograded", "ada", LESSON) / f"{LESSON}.ipynb"
    path.chmod(0o644)

    def change(notebook: Any) -> None:
        data = {
            "text/html": f"<b>kept</b>{SCRIPT}",
            "application/javascript": "document.title = 'taken over'",
        }
        notebook.cells[1].outputs = [new_output("display_data", data=data)]

    edit(path, change)
    html = formgrader_page(nbgrader)
    assert "<b>kept</b>" in html
    assert "taken over" not in html


def test_no_script_in_a_name_reaches_the_instructors_page(nbgrader: Nbgrader):
    """Names come from a platform's lists, where people may choose their own."""
    hand_in(nbgrader)
    grade(nbgrader)
    html = formgrader_page(nbgrader, last_name=SCRIPT, first_name=f"O'Neill {SCRIPT}")
    assert "O'Neill &lt;script&gt;document.title" in html
    assert "<script>document.title" not in html
    assert not re.search(r"<[^>]* onerror", html)


def formgrader_page(nbgrader: Nbgrader, **known: str) -> str:
    """Return what formgrader shows of ada's submission, made with formgrader's own template."""
    config = nbgrader.config.copy()
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    path = nbgrader.folder("autograded", "ada", LESSON) / f"{LESSON}.ipynb"
    names = (
        "assignment_id",
        "notebook_id",
        "submission_id",
        "base_url",
        "student",
        "last_name",
        "first_name",
    )
    resources: dict[str, Any] = dict.fromkeys((*names, "notebook_path"), "") | {"index": 0, "total": 1}
    resources |= known
    html, _ = HTMLExporter(config=config).from_filename(str(path), resources=resources)
    return str(html)


def nbgrader_command(root: Path, *args: str) -> str:
    """Run one command of nbgrader in the course, as an instructor or a learner does."""
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *args], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


@pytest.mark.slow
def test_a_round_trip_by_nbgraders_own_commands(nbgrader: Nbgrader, judged, tmp_path: Path):
    root, workspace = nbgrader.root, tmp_path / "ada"
    place = (
        f"--Exchange.assignment_dir={workspace / 'lessons'}",
        f"--Exchange.cache={workspace / 'cache'}",
        "--student=ada",
    )
    (workspace / "lessons").mkdir(parents=True)
    nbgrader_command(root, "generate_assignment", LESSON, "--force")
    nbgrader_command(root, "release_assignment", LESSON, "--force")
    nbgrader_command(root, "fetch_assignment", LESSON, *place)
    for expression, points in ((WRONG, 0), (RIGHT, 5)):
        tiny.write(workspace, two_octaves=f"return {expression}")
        nbgrader_command(root, "submit", LESSON, *place)
        nbgrader_command(root, "collect", LESSON, "--update")
        nbgrader_command(root, "autograde", LESSON)
        assert standing(nbgrader).points == points == judged(workspace)
        nbgrader_command(root, "generate_feedback", LESSON)
        nbgrader_command(root, "release_feedback", LESSON)
        nbgrader_command(root, "fetch_feedback", LESSON, *place)
        pages = sorted((workspace / "lessons" / LESSON / "feedback").glob("*/*.html"))
        assert f"{points} of 15 points" in pages[-1].read_text()


def test_a_gradebook_opened_again_needs_no_query_compiled_again_and_shows_nothing_old(nbgrader: Nbgrader):
    path = nbgrader.root / ".course" / "gradebook.db"
    released = path.read_bytes()
    with nbgrader.gradebook() as first, nbgrader.gradebook() as second:
        first.add_student("ada")
        assert [student.id for student in second.students] == ["ada"]
        assert second.engine is first.engine
    path.unlink()
    path.write_bytes(released)
    with nbgrader.gradebook() as another:
        assert another.students == []


def test_the_real_configuration_names_plugins_that_exist():
    config = Nbgrader(ROOT).config
    assert config.CourseDirectory.source_directory == "solutions/lessons"
    assert config.CourseDirectory.release_directory == "lessons"
