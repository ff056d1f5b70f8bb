"""A class graded on a pool of processes: the same gradebook as nbgrader's own converters leave."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
import pytest
import tiny
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, writes_json

from autograde.classroom.grading import warm_grader
from autograde.classroom.store import kept_results
from autograde.errors import AutogradeError
from autograde.nbgrader_plugins.autograded import _written
from autograde.nbgrader_plugins.cycle import Nbgrader
from autograde.nbgrader_plugins.grade_class import ClassGrader, Outcome
from autograde.nbgrader_plugins.returned import write_pages

LESSON = "02_melodies"
CHECK, ANSWER = 3, 7
"""Where the notebook of the lesson has its first check and its written answer."""
ALL = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
CODE, WRITTEN = "exercise-02-1", "exercise-02-3"

pytestmark = pytest.mark.filterwarnings("ignore:unclosed file.*timestamp:ResourceWarning")


def edited(folder: Path, change: Callable[[Any], None]) -> None:
    path = folder / f"{LESSON}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    change(notebook)
    nbformat.write(notebook, path)


def answered(folder: Path, text: str = "Twice as many vibrations, twice.") -> None:
    def change(notebook: Any) -> None:
        notebook.cells[ANSWER].source = text

    edited(folder, change)


def hostile(folder: Path) -> None:
    def change(notebook: Any) -> None:
        notebook.cells[CHECK].metadata.nbgrader.points = 1000
        notebook.cells[CHECK].source = "<script>alert(1)</script>"
        notebook.cells[ANSWER].source = "<img src=x onerror=alert(1)> \u202e ${__import__('os')}"
        notebook.cells.append(new_code_cell("import os; os._exit(0)", metadata={"tags": ["a"]}))
        notebook.metadata.kernelspec = {"name": "bash", "display_name": "bash"}

    edited(folder, change)


def shuffled(folder: Path) -> None:
    edited(folder, lambda notebook: notebook.cells.reverse())


def doubled(folder: Path) -> None:
    def change(notebook: Any) -> None:
        notebook.cells.append(new_markdown_cell("again", metadata=notebook.cells[ANSWER].metadata))
        notebook.cells[ANSWER].source = "An answer in a notebook with a cell too many."

    edited(folder, change)


def deleted(folder: Path) -> None:
    edited(folder, lambda notebook: notebook.cells.pop(CHECK))


def linked(folder: Path) -> None:
    (folder / "notes.txt").symlink_to("/etc/hostname")


def half_a_character(folder: Path) -> None:
    path = folder / f"{LESSON}.ipynb"
    found = json.loads(path.read_text("utf-8"))
    found["cells"][ANSWER]["source"] = "half \ud83d of a character"
    path.write_text(json.dumps(found))


CLASS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "ada": ("return 4 * frequency", answered),
    "bob": ("return 2 * frequency", lambda folder: None),
    "cyd": ("return 1 / 0", answered),
    "dan": ("return frequency *", hostile),
    "eve": ("return 4 * frequency", lambda folder: (folder / f"{LESSON}.ipynb").unlink()),
    "fay": ("return 4 * frequency", lambda folder: (folder / f"{LESSON}.ipynb").write_bytes(b"{not json")),
    "gus": ("return 4 * frequency", lambda folder: shutil.rmtree(folder / "tones")),
    "hal": ("return 4 * frequency", shuffled),
    "ida": ("return 4 * frequency", doubled),
    "jim": ("return 4 * frequency", deleted),
    "kay": ("return 4 * frequency", linked),
    "lea": ("return 4 * frequency", half_a_character),
    "max": ("while True: pass", lambda folder: (folder / "timestamp.txt").unlink()),
    "ned": ("return 4 * frequency", lambda folder: (folder / "data").mkdir()),
}


def hand_in(nbgrader: Nbgrader, student: str, body: str, change: Callable[[Path], object]) -> None:
    workspace = nbgrader.root / "learners" / student
    if not workspace.exists():
        nbgrader.fetch(LESSON, student, workspace)
    tiny.write(workspace, two_octaves=body)
    nbgrader.submit(LESSON, student, workspace)
    assert nbgrader.collect(LESSON) == []
    change(nbgrader.folder("submitted", student, LESSON))


class Twins:
    """The same class twice: `theirs` is graded by nbgrader's converters, `ours` past them."""

    def __init__(self, theirs: Path, ours: Path) -> None:
        self.theirs, self.ours = Nbgrader(theirs), Nbgrader(ours)
        self.outcomes: list[Outcome] = []

    def both(self, change: Callable[[Nbgrader], object]) -> None:
        """Do the same to both."""
        change(self.theirs)
        change(self.ours)

    def copy(self, student: str) -> None:
        """Let ours have the same submission, as it lies there."""
        folder, target = (each.folder("submitted", student, LESSON) for each in (self.theirs, self.ours))
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(folder, target, symlinks=True)

    def grade(self) -> None:
        for student in self.theirs.submitted(LESSON):
            with suppress(AutogradeError):  # a notebook that it cannot write
                self.theirs.autograde(LESSON, student)
        self.outcomes = []
        with ClassGrader(self.ours, 1, told=self.outcomes.append) as grader:
            grader.grade(LESSON, self.ours.submitted(LESSON))

    def assert_equal(self) -> None:
        theirs, ours = (tables(each.root / ".course" / "gradebook.db") for each in (self.theirs, self.ours))
        assert list(theirs) == list(ours)
        for table, rows in theirs.items():
            assert rows == ours[table], table
        assert files(self.theirs.root) == files(self.ours.root)
        ours_kept = {kept.student: kept for kept in kept_results(self.ours.root)}
        for kept in kept_results(self.theirs.root):
            assert kept == ours_kept[kept.student]
        assert self.theirs.standings() == self.ours.standings()


def tables(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return every table of a gradebook; in place of random ids stands what they mean."""
    with closing(sqlite3.connect(path)) as db:
        meant: dict[Any, Any] = {}
        for table, names in {
            "assignment": ("name",),
            "notebook": ("name", "assignment_id"),
            "base_cell": ("name", "notebook_id", "type"),
            "source_cell": ("name", "notebook_id"),
            "submitted_assignment": ("student_id", "assignment_id"),
            "submitted_notebook": ("notebook_id", "assignment_id"),
            "grade": ("cell_id", "notebook_id"),
            "comment": ("cell_id", "notebook_id"),
        }.items():
            for own, *row in db.execute(f"SELECT id, {', '.join(names)} FROM {table}"):
                meant[own] = f"{table} of {', '.join(str(meant.get(each, each)) for each in row)}"
        found = {}
        for (table,) in db.execute(ALL).fetchall():
            rows = db.execute(f"SELECT * FROM {table}").fetchall()
            found[table] = sorted((tuple(meant.get(each, each) for each in row) for row in rows), key=repr)
        return found


def files(root: Path) -> dict[str, tuple[bytes, int]]:
    """Return all graded files, with their permissions. A cell's random id is not among what is compared."""
    folder = root / ".course" / "autograded"
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mode)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def twins(tmp_path: Path) -> Iterator[Twins]:
    theirs = Nbgrader(tiny.released(tmp_path / "theirs"))
    (theirs.root / ".course" / "secret").write_text("0" * 64)
    limits = theirs.root / "solutions" / "lessons" / "course.toml"
    limits.write_text(limits.read_text().replace("call_s = 3", "call_s = 1"))  # max waits for it each time
    with theirs.gradebook() as gradebook:
        gradebook.update_or_create_assignment(LESSON, duedate=datetime(2030, 1, 1))
    for student, (body, change) in CLASS.items():
        hand_in(theirs, student, body, change)
    (tmp_path / "ours").mkdir()
    shutil.copytree(theirs.root, tmp_path / "ours" / "course", symlinks=True)
    both = [tmp_path / "theirs", tmp_path / "ours" / "course"]
    for root in both:
        with (root / "nbgrader_config.py").open("a") as config:
            config.write('c.LateSubmissionPlugin.penalty_method = "zero"\n')
    yield Twins(*both)
    for root in both:
        warm_grader(root).close()


def grade_by_hand(nbgrader: Nbgrader, student: str, cell: str, points: float, said: str = "") -> None:
    with nbgrader.gradebook() as gradebook:
        grade = gradebook.find_grade(cell, LESSON, LESSON, student)
        grade.manual_score, grade.needs_manual_grade = points, False
        if said:
            gradebook.find_comment(cell, LESSON, LESSON, student).manual_comment = said
        gradebook.db.commit()


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_notebook_is_written_as_nbformat_writes_it(count: int) -> None:
    """Where the text looks like what stands between two cells, too."""
    odd = '"cells": []\n ],\n "metadata": {},\n "nbformat": 4\n}\u2028\\n'
    code = new_code_cell(
        odd, outputs=[new_output("stream", text=odd)], metadata={"trusted": True, "cells": []}
    )
    picture = new_markdown_cell(odd, attachments={"a.png": {"image/png": "AAAA"}})
    cells = [code, picture, new_code_cell("")]
    notebook = new_notebook(cells=cells[:count], metadata={"a": {"cells": []}})
    assert _written(notebook) == writes_json(notebook)


@pytest.mark.slow
def test_the_gradebook_equals_that_of_nbgraders_own_converters(twins: Twins):
    twins.grade()
    twins.assert_equal()
    assert {each.student for each in twins.outcomes} == set(CLASS)

    twins.both(lambda each: grade_by_hand(each, "ada", WRITTEN, 4, "Well said."))
    twins.both(lambda each: grade_by_hand(each, "dan", WRITTEN, 1))
    twins.both(lambda each: grade_by_hand(each, "bob", CODE, 2.5))
    twins.both(lambda each: grade_by_hand(each, "hal", WRITTEN, 5))
    twins.grade()
    twins.assert_equal()
    asked = {each.student: each.to_grade for each in twins.ours.standings()}
    assert asked["ada"] == asked["bob"] == asked["dan"] == ()

    hand_in(twins.theirs, "ada", "return 4 * frequency", lambda folder: answered(folder, "Another answer."))
    hand_in(twins.theirs, "bob", "return 4 * frequency", lambda folder: None)
    hand_in(twins.theirs, "cyd", "return 4 * frequency", answered)
    for student in ("ada", "bob", "cyd"):
        twins.copy(student)
    twins.both(due_yesterday)
    twins.grade()
    twins.assert_equal()
    assert_equal_pages(twins.ours)
    standing = {each.student: each for each in twins.ours.standings()}
    assert standing["ada"].to_grade == (WRITTEN,)
    assert standing["bob"].to_grade == (CODE,)
    assert standing["cyd"].penalty == 5
    assert standing["hal"].late_s == 0

    twins.both(lambda each: changed_check(each, "points=3, gate=True", "points=1, gate=True"))
    twins.grade()
    twins.assert_equal()
    assert {each.how for each in twins.outcomes if each.student != "lea"} == {"judged"}

    twins.both(lambda each: changed_check(each, "melody.two_octaves(", "melody.no_such_function("))
    twins.grade()
    twins.assert_equal()
    assert "ada" in {each.student for each in twins.outcomes if each.graded and each.graded.open}

    twins.both(lambda each: changed_check(each, "melody.no_such_function(", "melody.two_octaves("))
    twins.grade()
    twins.assert_equal()


def assert_equal_pages(nbgrader: Nbgrader) -> None:
    """Pages, with time and secret beside them, are those of nbgrader's converter; its cycle takes them."""
    kept = ("*.html", "timestamp.txt", "submission_secret.txt")
    folder = nbgrader.root / ".course" / "feedback"

    def pages() -> dict[str, tuple[bytes, int]]:
        found = [path for pattern in kept for path in folder.rglob(pattern)]
        return {str(path): (path.read_bytes(), path.stat().st_mode) for path in found}

    nbgrader.generate_feedback(LESSON)
    theirs = pages()
    write_pages(nbgrader, LESSON)
    assert pages() == theirs
    assert len(theirs) > 2 * len(CLASS)
    assert any(b"Well said." in page for page, _ in theirs.values())
    nbgrader.release_feedback(LESSON)
    nbgrader.fetch_feedback(LESSON, "ada", nbgrader.root / "learners" / "ada")


def due_yesterday(nbgrader: Nbgrader) -> None:
    with nbgrader.gradebook() as gradebook:
        gradebook.update_or_create_assignment(LESSON, duedate=datetime(2020, 1, 1))
        gradebook.grant_extension(LESSON, "hal", days=365 * 100)


def changed_check(nbgrader: Nbgrader, old: str, new: str) -> None:
    path = nbgrader.root / "solutions" / "checks" / f"{LESSON}.py"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
