"""Lessons and the package through the exchange: nothing unsafe is copied, nobody's work is overwritten."""

from __future__ import annotations

import json
import os
import pwd
import shutil
from pathlib import Path
from typing import Any

import pytest
import tiny

from autograde.course.submission import TOO_LARGE
from autograde.errors import AutogradeError
from autograde.nbgrader_plugins.collect import Collect
from autograde.nbgrader_plugins.cycle import Nbgrader
from autograde.nbgrader_plugins.notes import set_folders_aside
from autograde.nbgrader_plugins.sentences import MISSING, NOTE

LESSON = "01_octaves"
PACKAGE = [f"tones/{name}.py" for name in ("__init__", "melody", "pictures/__init__", "pitch", "sound")]
SCRIPT = "tones/pictures/wave.js"


@pytest.fixture
def nbgrader(tmp_path: Path) -> Nbgrader:
    return Nbgrader(tiny.released(tmp_path / "course"))


@pytest.fixture
def workspace(tmp_path: Path, nbgrader: Nbgrader) -> Path:
    """The workspace of ada, who has fetched the lesson and solved it."""
    folder = tmp_path / "ada"
    nbgrader.fetch(LESSON, "ada", folder)
    tiny.write(folder, octave="return 2 * frequency")
    return folder


def inbound(nbgrader: Nbgrader) -> list[Path]:
    return sorted((nbgrader.root / ".course" / "exchange" / "first-tones" / "inbound").iterdir())


def collected(nbgrader: Nbgrader, student: str) -> Path:
    return nbgrader.root / ".course" / "submitted" / student / LESSON


def test_fetch_lays_the_lesson_and_the_package_into_the_workspace(tmp_path: Path, nbgrader: Nbgrader):
    folder = tmp_path / "bob"
    nbgrader.fetch(LESSON, "bob", folder)
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert found == {
        "lessons/course.toml",
        "lessons/01_octaves/01_octaves.ipynb",
        ".autograde/released/lessons/01_octaves/01_octaves.ipynb",
        "lessons/01_octaves/checks.py",
        *(path for name in (*PACKAGE, SCRIPT) for path in (name, f".autograde/skeleton/{name}")),
    }


def test_fetch_never_touches_a_file_of_the_package_that_exists(nbgrader: Nbgrader, workspace: Path):
    mine = (workspace / "tones" / "pitch.py").read_text()
    for lost in ("__init__.py", "pictures/wave.js"):
        (workspace / "tones" / lost).unlink()
    nbgrader.fetch("02_melodies", "ada", workspace)
    assert (workspace / "tones" / "pitch.py").read_text() == mine
    assert (workspace / "tones" / "__init__.py").is_file()
    assert (workspace / SCRIPT).is_file()
    pristine = workspace / ".autograde" / "skeleton" / "tones" / "pitch.py"
    assert "NotImplementedError" in pristine.read_text()


def test_a_lesson_cannot_be_fetched_over_itself(nbgrader: Nbgrader, workspace: Path):
    with pytest.raises(AutogradeError, match="already have a copy"):
        nbgrader.fetch(LESSON, "ada", workspace)


def test_submit_carries_the_python_files_of_the_package(nbgrader: Nbgrader, workspace: Path):
    (workspace / "tones" / "weights.bin").write_bytes(b"not source")
    (workspace / "tones" / "__pycache__").mkdir()
    (workspace / "tones" / "__pycache__" / "pitch.cpython-311.pyc").write_bytes(b"poison")
    (workspace / "lessons" / LESSON / "feedback").mkdir()
    (workspace / "lessons" / LESSON / "feedback" / "old.html").write_text("old")
    nbgrader.submit(LESSON, "ada", workspace)
    [submission] = inbound(nbgrader)
    found = {path.relative_to(submission).as_posix() for path in submission.rglob("*") if path.is_file()}
    assert found == {
        "01_octaves.ipynb",
        "checks.py",
        *PACKAGE,
        "timestamp.txt",
        "submission_secret.txt",
    }
    assert "return 2 * frequency" in (submission / "tones" / "pitch.py").read_text()


def test_submit_without_the_package_says_so(nbgrader: Nbgrader, workspace: Path):
    shutil.rmtree(workspace / "tones")
    with pytest.raises(AutogradeError, match=r"Not submitted\. .*expected a folder named tones, got none"):
        nbgrader.submit(LESSON, "ada", workspace)
    assert inbound(nbgrader) == []


@pytest.mark.parametrize("place", ["tones/link.py", "lessons/01_octaves/link.txt"])
def test_submit_refuses_links_before_copying(nbgrader: Nbgrader, workspace: Path, tmp_path: Path, place: str):
    (tmp_path / "canary").write_text("a secret of the test")
    (workspace / place).symlink_to(tmp_path / "canary")
    with pytest.raises(AutogradeError, match=r"Not submitted\. .*link\..*got a symbolic link"):
        nbgrader.submit(LESSON, "ada", workspace)
    assert inbound(nbgrader) == []


def test_submit_without_a_notebook_hands_in_the_released_one(nbgrader: Nbgrader, workspace: Path):
    (workspace / "lessons" / LESSON / f"{LESSON}.ipynb").unlink()
    nbgrader.submit(LESSON, "ada", workspace)
    handed_in = json.loads((inbound(nbgrader)[0] / f"{LESSON}.ipynb").read_text())
    assert handed_in["metadata"][NOTE] == MISSING


def test_collect_takes_the_newest(nbgrader: Nbgrader, workspace: Path):
    nbgrader.submit(LESSON, "ada", workspace)
    assert nbgrader.collect(LESSON) == []
    source = workspace / "tones" / "pitch.py"
    source.write_text(source.read_text().replace("2 * frequency", "frequency + frequency"))
    nbgrader.submit(LESSON, "ada", workspace)
    assert nbgrader.collect(LESSON) == []
    assert "frequency + frequency" in (collected(nbgrader, "ada") / "tones" / "pitch.py").read_text()


def put(nbgrader: Nbgrader, name: str, like: Path) -> Path:
    """Put a folder into the exchange without `submit`, as a stranger could."""
    folder = nbgrader.root / ".course" / "exchange" / "first-tones" / "inbound" / name
    shutil.copytree(like, folder)
    return folder


def link_to_a_file(folder: Path) -> None:
    (folder / "tones" / "pitch.py").unlink()
    (folder / "tones" / "pitch.py").symlink_to("/etc/hostname")


def link_to_a_folder(folder: Path) -> None:
    shutil.rmtree(folder / "tones")
    (folder / "tones").symlink_to("/etc", target_is_directory=True)


def loop(folder: Path) -> None:
    (folder / "again").symlink_to(folder, target_is_directory=True)


def pipe(folder: Path) -> None:
    os.mkfifo(folder / "pipe")


def hard_link(folder: Path) -> None:
    (folder / "twin.py").hardlink_to(folder / "checks.py")


def sparse(folder: Path) -> None:
    with (folder / "big.bin").open("wb") as file:
        file.truncate(1 << 40)


def odd_name(folder: Path) -> None:
    (folder / "a\nb.py").touch()


@pytest.mark.parametrize("spoil", [link_to_a_file, link_to_a_folder, loop, pipe, hard_link, sparse, odd_name])
def test_collect_refuses_one_and_collects_the_others(nbgrader: Nbgrader, workspace: Path, spoil):
    nbgrader.submit(LESSON, "ada", workspace)
    bad = put(nbgrader, f"eve+{LESSON}+2026-01-01 10:00:00.000000 UTC+abc", inbound(nbgrader)[0])
    spoil(bad)
    [refusal] = nbgrader.collect(LESSON)
    assert refusal.startswith("eve: ")
    assert "It was not collected." in refusal
    assert nbgrader.submitted(LESSON) == ["ada"]
    assert not list((nbgrader.root / ".course").glob("collecting-*"))


def test_collect_leaves_out_a_flood_of_outputs_and_takes_the_rest(nbgrader: Nbgrader, workspace: Path):
    nbgrader.submit(LESSON, "ada", workspace)
    with (inbound(nbgrader)[0] / f"{LESSON}.ipynb").open("wb") as notebook:
        notebook.truncate(200_000_000)
    assert nbgrader.collect(LESSON) == []
    found = collected(nbgrader, "ada")
    assert (found / f"{LESSON}.ipynb").read_bytes() == TOO_LARGE
    assert "return 2 * frequency" in (found / "tones" / "pitch.py").read_text()


def test_submit_refuses_a_flood_of_outputs(nbgrader: Nbgrader, workspace: Path):
    with (workspace / "lessons" / LESSON / f"{LESSON}.ipynb").open("wb") as notebook:
        notebook.truncate(200_000_000)
    with pytest.raises(AutogradeError, match="Clear outputs"):
        nbgrader.submit(LESSON, "ada", workspace)


def test_a_refused_submission_does_not_replace_an_earlier_one(nbgrader: Nbgrader, workspace: Path):
    nbgrader.submit(LESSON, "ada", workspace)
    nbgrader.collect(LESSON)
    newer = put(nbgrader, f"ada+{LESSON}+2099-01-01 10:00:00.000000 UTC+abc", inbound(nbgrader)[0])
    link_to_a_file(newer)
    assert len(nbgrader.collect(LESSON)) == 1
    assert "return 2 * frequency" in (collected(nbgrader, "ada") / "tones" / "pitch.py").read_text()


@pytest.mark.parametrize(
    "name",
    [
        f"+{LESSON}+2026-01-01 10:00:00 UTC+abc",
        f"-rf+{LESSON}+2026-01-01 10:00:00 UTC+abc",
        f"a b;c+{LESSON}+2026-01-01 10:00:00 UTC+abc",
        f"eve+{LESSON}+no time+abc",
        f"eve+{LESSON}+9999999999999999999999+abc",
        f"eve+{LESSON}+x+{LESSON}+2026-01-01 10:00:00 UTC+abc",
    ],
)
def test_odd_names_in_the_exchange_are_refused(nbgrader: Nbgrader, workspace: Path, name: str):
    nbgrader.submit(LESSON, "ada", workspace)
    put(nbgrader, name, inbound(nbgrader)[0])
    [refusal] = nbgrader.collect(LESSON)
    assert "expected student+lesson+time" in refusal
    assert nbgrader.submitted(LESSON) == ["ada"]
    assert not (nbgrader.root / ".course" / LESSON).exists()


def test_what_is_taken_away_while_it_is_collected_stops_nothing(
    nbgrader: Nbgrader, workspace: Path, monkeypatch: pytest.MonkeyPatch
):
    """Its owner may remove a hand-in at any moment: here, between the list of names and the look at each."""
    nbgrader.submit(LESSON, "ada", workspace)
    gone = put(nbgrader, f"eve+{LESSON}+2026-01-01 10:00:00.000000 UTC+abc", inbound(nbgrader)[0])
    listed = Collect._path_to_record

    def remove_and_look(self: Collect, path: str) -> Any:
        shutil.rmtree(gone, ignore_errors=True)
        return listed(self, path)

    monkeypatch.setattr(Collect, "_path_to_record", remove_and_look)
    assert nbgrader.collect(LESSON) == []
    assert nbgrader.submitted(LESSON) == ["ada"]


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give files away")
def test_a_submission_under_the_name_of_another_is_refused(nbgrader: Nbgrader, workspace: Path):
    nbgrader.submit(LESSON, "ada", workspace)
    nobody = pwd.getpwnam("nobody")
    forged = put(nbgrader, f"ada+{LESSON}+2099-01-01 10:00:00.000000 UTC+abc", inbound(nbgrader)[0])
    os.chown(forged, nobody.pw_uid, nobody.pw_gid)
    own = put(nbgrader, f"nobody+{LESSON}+2026-01-01 10:00:00.000000 UTC+abc", inbound(nbgrader)[0])
    os.chown(own, nobody.pw_uid, nobody.pw_gid)
    forged_name, old_time = nbgrader.collect(LESSON)
    assert forged_name == "ada: the owner of the files: expected ada, got nobody. It was not collected."
    assert "got 2026-01-01 10:00:00 in its name. What the files say counts." in old_time
    assert nbgrader.submitted(LESSON) == ["ada", "nobody"]


def test_what_the_next_steps_need_is_mended(nbgrader: Nbgrader, workspace: Path):
    nbgrader.submit(LESSON, "ada", workspace)
    bare = put(nbgrader, f"eve+{LESSON}+2026-01-01 10:00:00.000000 UTC+abc", inbound(nbgrader)[0])
    (bare / "timestamp.txt").write_bytes(b"\xff no time")
    (bare / "submission_secret.txt").unlink()
    (bare / f"{LESSON}.ipynb").unlink()
    assert nbgrader.collect(LESSON) == []
    found = collected(nbgrader, "eve")
    assert (found / "timestamp.txt").read_text() == "2026-01-01 10:00:00 UTC"
    assert len((found / "submission_secret.txt").read_text()) == 128
    assert json.loads((found / f"{LESSON}.ipynb").read_text())["metadata"][NOTE] == MISSING


@pytest.mark.slow
def test_a_folder_that_is_called_like_a_file_of_the_lesson_gets_another_name(
    nbgrader: Nbgrader, workspace: Path
):
    nbgrader.submit(LESSON, "ada", workspace)
    (handed_in,) = inbound(nbgrader)
    (handed_in / "checks.py").unlink()
    (handed_in / "checks.py").mkdir()
    (handed_in / "checks.py" / "mine.txt").write_text("in here")
    assert nbgrader.collect(LESSON) == []
    assert (collected(nbgrader, "ada") / "checks.py.handed-in" / "mine.txt").read_text() == "in here"
    (told,) = set_folders_aside(handed_in, nbgrader.released(LESSON))
    assert told.startswith("checks.py: expected a file, as in the lesson, got a folder.")
    nbgrader.autograde(LESSON, "ada")
    assert [each.student for each in nbgrader.standings()] == ["ada"]
