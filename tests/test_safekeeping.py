"""A class is kept in one archive and comes back; one person's data come out whole, and go without a trace."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import stat
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import tiny

from autograde.classroom.grading import warm_grader
from autograde.classroom.safekeeping import backup, restore_course
from autograde.errors import AutogradeError
from autograde.nbgrader_plugins.cycle import Nbgrader
from autograde.nbgrader_plugins.grade_class import ClassGrader
from autograde.nbgrader_plugins.person import everything, forget
from autograde.nbgrader_plugins.returned import write_pages

LESSON = "01_octaves"
CLASS = {"wilma": "return 2 * frequency", "bob": "return frequency + 12"}
COURSE = "first-tones"


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a class of two, graded and with its feedback returned."""
    root = tiny.released(tmp_path_factory.mktemp("class") / "course")
    nbgrader = Nbgrader(root)
    for student, body in CLASS.items():
        workspace = root.parent / student
        nbgrader.fetch(LESSON, student, workspace)
        tiny.write(workspace, octave=body)
        nbgrader.submit(LESSON, student, workspace)
    assert nbgrader.collect(LESSON) == []
    with ClassGrader(nbgrader, 1) as grader:
        grader.grade(LESSON, list(CLASS))
    write_pages(nbgrader, LESSON)
    assert nbgrader.release_feedback(LESSON) == []
    yield root
    warm_grader(root).close()


@pytest.fixture
def root(graded: Path, tmp_path: Path) -> Path:
    """Return a copy of the class, for a test to change."""
    return shutil.copytree(graded, tmp_path / "course", symlinks=True)


def contents(root: Path) -> dict[str, bytes]:
    """Return every byte below `.course/`."""
    made = root / ".course"
    return {str(path.relative_to(made)): path.read_bytes() for path in made.rglob("*") if path.is_file()}


def points(root: Path) -> dict[str, float]:
    return {each.student: each.points for each in Nbgrader(root).standings() if each.lesson == LESSON}


def test_a_class_comes_back_from_its_archive(root: Path, tmp_path: Path) -> None:
    before = points(root)
    assert before["wilma"] > before["bob"]
    file = tmp_path / "class.zip"
    backup(root, COURSE, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "secret" not in zipfile.ZipFile(file).namelist()
    new = tiny.released(tmp_path / "new")
    laid, aside = restore_course(file, new, COURSE)
    assert points(new) == before
    assert laid == ["autograded", "feedback", "gradebook.db", "store.db", "submitted"]
    assert aside is not None
    assert (aside / "gradebook.db").is_file(), "what was there is laid aside"
    kept = {
        name: text for name, text in contents(root).items() if name.startswith(("submitted", "autograded"))
    }
    assert kept.items() <= contents(new).items()


def test_the_secret_is_in_the_archive_only_if_asked_for(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "class.zip"
    backup(root, COURSE, file, with_secret=True)
    assert zipfile.ZipFile(file).read("secret") == (root / ".course" / "secret").read_bytes()


def test_a_backup_waits_for_who_writes_and_holds_both_databases_still(root: Path, tmp_path: Path) -> None:
    """A writer that changes both, one after the other, is never caught between the two."""
    made, stop = root / ".course", threading.Event()
    for name in ("gradebook.db", "store.db"):
        with sqlite3.connect(made / name) as db:
            db.execute("CREATE TABLE tick(n INTEGER)")
            db.execute("INSERT INTO tick VALUES(0)")

    def write() -> None:
        first, second = (sqlite3.connect(made / name, timeout=30) for name in ("store.db", "gradebook.db"))
        while not stop.wait(0.001):
            for db in (first, second):
                with db:
                    db.execute("UPDATE tick SET n = n + 1")
        first.close()
        second.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            backup(root, COURSE, tmp_path / f"{number}.zip")
    finally:
        stop.set()
        writer.join()
    for number in range(5):
        ticks = []
        for name in ("store.db", "gradebook.db"):
            (tmp_path / name).write_bytes(zipfile.ZipFile(tmp_path / f"{number}.zip").read(name))
            with sqlite3.connect(tmp_path / name) as db:
                assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
                ticks.append(db.execute("SELECT n FROM tick").fetchone()[0])
        assert ticks[0] - ticks[1] in (0, 1), "the store is never behind the gradebook"


@pytest.mark.parametrize(
    "names", [["gradebook.db"], ["class.json", "../x"], ["class.json", "solutions/checks/x.py"], []]
)
def test_what_is_no_archive_of_a_class_changes_nothing(root: Path, tmp_path: Path, names: list[str]) -> None:
    file = tmp_path / "odd.zip"
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, json.dumps({"course": COURSE}))
    before = contents(root)
    with pytest.raises(AutogradeError, match="Name a file that autograde backup has written"):
        restore_course(file, root, COURSE)
    assert contents(root) == before


def test_an_archive_of_another_course_changes_nothing(root: Path, tmp_path: Path) -> None:
    backup(root, "another", tmp_path / "class.zip")
    before = contents(root)
    with pytest.raises(AutogradeError, match="expected a class of first-tones, got another"):
        restore_course(tmp_path / "class.zip", root, COURSE)
    assert contents(root) == before


def test_one_persons_data_come_out_whole(root: Path) -> None:
    archive = zipfile.ZipFile(io.BytesIO(everything(Nbgrader(root), "wilma")))
    names = set(archive.namelist())
    assert f"submitted/{LESSON}/tones/pitch.py" in names
    assert f"feedback/{LESSON}/{LESSON}.html" in names
    assert [name for name in names if name.startswith("exchange/wilma+")]
    gradebook = json.loads(archive.read("gradebook.json"))
    assert gradebook["student"]["id"] == "wilma"
    assert sum(each["auto_score"] or 0 for each in gradebook["grades"]) == points(root)["wilma"]
    assert json.loads(archive.read("results.json"))[0]["lesson"] == LESSON
    assert not [name for name in names if b"frequency + 12" in archive.read(name)], "what bob handed in"


def test_one_person_goes_without_a_trace_and_nobody_else_changes(root: Path) -> None:
    nbgrader, made = Nbgrader(root), root / ".course"
    (made / "report").mkdir()
    (made / "report" / "page.html").write_text("wilma 10, bob 0")
    (made / "platform").mkdir()
    (made / "platform" / f"{LESSON}.json").write_text('{"wilma": "flintwilma_17_", "bob": "bb_18_"}')
    mine = {name for name, text in contents(root).items() if b"wilma" in text or "wilma" in name}
    assert len(mine) > 10
    before = points(root)
    done = "\n".join(forget(nbgrader, "wilma"))
    for place in (
        "gradebook: ",
        "store: 1 verdicts",
        "submitted/wilma",
        "exchange: 1 pages",
        "report/page.html",
        f"platform/{LESSON}.json",
    ):
        assert place in done
    left = contents(root)
    assert not [name for name in left if "wilma" in name]
    assert not [
        name for name, text in left.items() if b"return 2 * frequency" in text and "released" not in name
    ]
    assert not [name for name, text in left.items() if b"wilma" in text]
    assert points(root) == {"bob": before["bob"]}
    with pytest.raises(AutogradeError, match="somebody of whom something is kept"):
        forget(nbgrader, "wilma")


@pytest.mark.parametrize("name", ["", ".", "..", "../submitted", "wilma/01_octaves", "/"])
def test_what_is_nobodys_name_forgets_nothing(root: Path, name: str) -> None:
    before = contents(root)
    for ask in (forget, everything):
        with pytest.raises(AutogradeError, match="expected somebody of whom something is kept"):
            ask(Nbgrader(root), name)
    assert contents(root) == before


@pytest.mark.parametrize("name", ["gradebook.db", "store.db"])
def test_a_database_that_cannot_be_used_forgets_nothing(root: Path, name: str) -> None:
    kept = (root / ".course" / name).read_bytes()
    (root / ".course" / name).write_bytes(b"no database" * 99)
    with pytest.raises(AutogradeError, match="file is not a database"):
        forget(Nbgrader(root), "wilma")
    (root / ".course" / name).write_bytes(kept)
    assert points(root)["wilma"] > 0
    assert (root / ".course" / "submitted" / "wilma").is_dir()
    assert "store: 1 verdicts" in "\n".join(forget(Nbgrader(root), "wilma"))
