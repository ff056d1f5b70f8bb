"""A class is kept in one archive and comes back; one person's data come out whole, and go without a trace."""

from __future__ import annotations

import io
import itertools
import json
import os
import pwd
import re
import shutil
import sqlite3
import stat
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import tiny
from click.testing import CliRunner, Result

from autograde.classroom.grading import warm_grader
from autograde.classroom.safekeeping import backup, restore_course
from autograde.cli.main import main
from autograde.course.submission import Limits, copy_folder
from autograde.errors import AutogradeError
from autograde.nbgrader_plugins import waiting
from autograde.nbgrader_plugins.beginnings import beginnings, remember_beginnings
from autograde.nbgrader_plugins.cycle import Nbgrader
from autograde.nbgrader_plugins.grade_class import ClassGrader
from autograde.nbgrader_plugins.person import everything, forget
from autograde.nbgrader_plugins.returned import write_pages
from autograde.nbgrader_plugins.shared import SECRET
from autograde.nbgrader_plugins.waiting import copy_waiting, inbound

pytestmark = pytest.mark.slow  # a class is graded first

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
    assert nbgrader.release_feedback(LESSON).kept_back == []
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


def test_a_class_comes_back_from_its_archive(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = points(root)
    assert before["wilma"] > before["bob"]
    file = tmp_path / "class.zip"
    remember_beginnings(root, LESSON, {"wilma": "wilma_4711_12_"})
    backup(root, COURSE, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "secret" not in zipfile.ZipFile(file).namelist()
    new = tiny.released(tmp_path / "new")
    laid, aside = restore_course(file, new, COURSE)
    assert points(new) == before
    assert laid == ["autograded", "feedback", "gradebook.db", "platform", "store.db", "submitted"]
    assert beginnings(new, LESSON) == {"wilma": "wilma_4711_12_"}
    assert aside is not None
    assert (aside / "gradebook.db").is_file(), "what was there is laid aside"
    kept = {
        name: text for name, text in contents(root).items() if name.startswith(("submitted", "autograded"))
    }
    assert kept.items() <= contents(new).items()
    assert f"Not removed: {aside}, the class" in run(new, monkeypatch, "forget", "wilma", "--yes").stdout


def test_a_page_that_was_not_returned_is_not_counted(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for step in ("submitted", "autograded"):
        bobs, wilmas = (root / ".course" / step / who / LESSON / SECRET for who in ("bob", "wilma"))
        shutil.copyfile(bobs, wilmas.with_suffix(".new"))
        wilmas.with_suffix(".new").replace(wilmas)
    done = run(root, monkeypatch, "feedback", LESSON)
    assert (done.exit_code, done.stdout) == (1, f"{LESSON}: 1 pages returned\n"), done.stderr


@pytest.fixture
def handed_in(root: Path, tmp_path: Path) -> Path:
    """Return a class in which bob has handed in once more, after the collecting; and his folder's name."""
    workspace = tmp_path / "bob"
    nbgrader = Nbgrader(root)
    nbgrader.fetch(LESSON, "bob", workspace)
    tiny.write(workspace, octave="return frequency * 2")
    nbgrader.submit(LESSON, "bob", workspace)
    return root


def run(root: Path, monkeypatch: pytest.MonkeyPatch, *words: str) -> Result:
    monkeypatch.chdir(root)
    return CliRunner().invoke(main, [*words])


def test_what_was_handed_in_and_not_collected_comes_back(
    handed_in: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, new = tmp_path / "class.zip", tiny.released(tmp_path / "new")
    done = run(handed_in, monkeypatch, "backup", str(file))
    assert "1 hand-ins that are not collected yet" in done.output, done.output
    names = zipfile.ZipFile(file).namelist()
    [time] = [name for name in names if re.match(r"inbound/bob\+.*/timestamp.txt", name)]
    assert run(new, monkeypatch, "restore-course", str(file)).exit_code == 0
    nbgrader = Nbgrader(new)
    before = (new / ".course" / "submitted" / "bob" / LESSON / "tones" / "pitch.py").read_text()
    assert nbgrader.collect(LESSON) == []
    after = new / ".course" / "submitted" / "bob" / LESSON
    assert "frequency * 2" not in before
    assert "return frequency * 2" in (after / "tones" / "pitch.py").read_text()
    assert (after / "timestamp.txt").read_bytes() == zipfile.ZipFile(file).read(time)
    done = run(new, monkeypatch, "backup", str(file))
    assert "0 hand-ins" in done.output, "now it is collected"


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give files away")
def test_a_backup_believes_the_file_system_about_who_handed_in_and_when(
    handed_in: Path, tmp_path: Path
) -> None:
    nbgrader, other = Nbgrader(handed_in), pwd.getpwnam("nobody")
    [folder] = [path for path in inbound(nbgrader).glob("bob+*") if "* 2" in pitch(path)]
    for name in ("nobody", "wilma"):
        forged = inbound(nbgrader) / f"{name}+{LESSON}+2999-01-01 10:00:00.000000 UTC+x"
        shutil.copytree(folder, forged)
        os.chown(forged, other.pw_uid, other.pw_gid)
    (tmp_path / "copies").mkdir()
    assert copy_waiting(nbgrader, tmp_path / "copies") == []
    bob, nobody = sorted(path.name for path in (tmp_path / "copies").iterdir())
    assert bob.startswith(f"bob+{LESSON}+")
    assert nobody.startswith(f"nobody+{LESSON}+20")
    assert "2999" not in nobody


def pitch(folder: Path) -> str:
    return (folder / "tones" / "pitch.py").read_text()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give files away")
def test_a_hand_in_is_copied_as_it_is_at_one_moment(
    handed_in: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its owner changes two files, one before and one after they are copied: once, and then at each look."""
    nbgrader = Nbgrader(handed_in)
    [folder] = [path for path in inbound(nbgrader).glob("bob+*") if "* 2" in pitch(path)]
    os.chown(folder, pwd.getpwnam("nobody").pw_uid, -1)
    folder = folder.rename(folder.with_name(folder.name.replace("bob", "nobody")))
    monkeypatch.setattr(waiting, "PAUSE_S", 0.02)
    looks = itertools.count()

    def change_and_copy(source: Path, target: Path, limits: Limits) -> None:
        number = next(looks)
        if number < changes:
            (folder / "checks.py").write_text(str(number))
        copy_folder(source, target, limits)
        if number < changes:
            (folder / "tones" / "pitch.py").write_text(str(number))

    monkeypatch.setattr(waiting, "copy_folder", change_and_copy)
    for changes, left_out in ((1, 0), (100, 1)):
        looks, target = itertools.count(), tmp_path / str(changes)
        target.mkdir()
        assert len(copy_waiting(nbgrader, target)) == left_out
        for copy in target.iterdir():
            assert (copy / "checks.py").read_text() == pitch(copy) == "0"


def test_one_persons_archive_follows_no_link_that_they_laid(
    handed_in: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at a file and the reading of it, its owner swaps it for a link."""
    (tmp_path / "canary").write_text("a secret of the instructor")
    [folder] = [path for path in inbound(Nbgrader(handed_in)).glob("bob+*") if "* 2" in pitch(path)]
    looked = Path.is_symlink

    def swap(path: Path) -> bool:
        found = looked(path)
        if path == folder / "checks.py" and not found:
            path.unlink()
            path.symlink_to(tmp_path / "canary")
        return found

    monkeypatch.setattr(Path, "is_symlink", swap)
    (folder / "link.py").symlink_to(tmp_path / "canary")
    archive = zipfile.ZipFile(io.BytesIO(everything(Nbgrader(handed_in), "bob")))
    assert b"Not in here." in archive.read(f"exchange/{folder.name}.txt")
    assert not [name for name in archive.namelist() if b"a secret of the" in archive.read(name)]


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
