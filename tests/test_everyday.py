"""What people hand in on an everyday machine counts in full: their file names, and how their zips unpack."""

from __future__ import annotations

import shutil
import unicodedata
from pathlib import Path

import pytest
import tiny

from autograde.classroom.store import kept_result
from autograde.errors import AutogradeError
from autograde.nbgrader_plugins.cycle import Nbgrader
from autograde.nbgrader_plugins.grade_class import ClassGrader
from autograde.nbgrader_plugins.nested import unnest

LESSON = "01_octaves"
NOTEBOOK = f"{LESSON}.ipynb"
NAMES = (
    "Screenshot 2026-11-20 at 3.14.15\u202fPM.png",
    unicodedata.normalize("NFD", "Übung.txt"),
    "plan & ideas.md",
    "plot@2x.png",
    "it's mine (1) [draft].txt",
    "~$notes.docx",
    "हिन्दी क्‍ष.txt",
    "ภาษาไทย.txt",
    "家族👨‍👩‍👧.png",
    "pitch (conflicted copy 2026-11-20).py",
)


@pytest.fixture
def nbgrader(tmp_path: Path) -> Nbgrader:
    return Nbgrader(tiny.released(tmp_path / "course"))


def lay(nbgrader: Nbgrader, student: str, below: str = "", *, package: bool = True) -> Path:
    """Lay right work where an instructor unpacks what an LMS gave, `below` the folder where it belongs."""
    folder = nbgrader.root / ".course" / "submitted" / student / LESSON
    place = folder / below
    place.mkdir(parents=True)
    shutil.copy(nbgrader.released(LESSON) / NOTEBOOK, place)
    if package:
        shutil.copytree(tiny.SOLUTIONS / "tones", place / "tones", ignore=tiny.NOISE)
    return folder


def grade(nbgrader: Nbgrader) -> dict[str, tuple[float, tuple[str, ...]]]:
    """Grade the lesson; return the points and the notes of each student."""
    with ClassGrader(nbgrader, 1) as grader:
        grader.grade(LESSON, nbgrader.submitted(LESSON))
    found = {each.student: each.points for each in nbgrader.standings()}
    kept = {student: kept_result(nbgrader.root, student, LESSON) for student in found}
    return {
        student: (points, ((each := kept[student]) and each.notes) or ()) for student, points in found.items()
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_name_as_people_give_it_is_handed_in(tmp_path: Path, nbgrader: Nbgrader, name: str) -> None:
    workspace = tmp_path / "ada"
    nbgrader.fetch(LESSON, "ada", workspace)
    (workspace / "lessons" / LESSON / name).write_bytes(b"x")
    nbgrader.submit(LESSON, "ada", workspace)
    assert nbgrader.collect(LESSON) == []
    assert (nbgrader.root / ".course" / "submitted" / "ada" / LESSON / name).read_bytes() == b"x"


@pytest.mark.slow
def test_right_work_keeps_its_points_whatever_lies_beside_it(nbgrader: Nbgrader) -> None:
    for number, name in enumerate(NAMES):
        folder = lay(nbgrader, f"s{number}")
        (folder / ("tones" if name.endswith(".py") else ".") / name).write_bytes(b"x")
    assert grade(nbgrader) == {f"s{number}": (10.0, ()) for number in range(len(NAMES))}


@pytest.mark.slow
def test_work_one_folder_too_deep_is_found_and_one_note_says_where(nbgrader: Nbgrader) -> None:
    lay(nbgrader, "jane", "self-study-main")
    lay(nbgrader, "kim", "a/b")
    lay(nbgrader, "ada")
    lay(nbgrader, "ben", package=False)
    (nbgrader.root / ".course" / "submitted" / "carl" / LESSON).mkdir(parents=True)
    found = grade(nbgrader)
    assert found["ada"] == (10.0, ())
    assert found["jane"] == (10.0, ("tones/ was found in the folder self-study-main of what was handed in.",))
    assert found["kim"] == (10.0, ("tones/ was found in the folder a/b of what was handed in.",))
    missing = "tones: expected a folder named tones, got none. Name the folder that holds it."
    missing += " Nothing of it was run."
    assert found["ben"] == (0.0, (missing,))
    assert found["carl"] == (0.0, ("No notebook was handed in.", missing))
    nbgrader.generate_feedback(LESSON)
    for student in found:
        page = (nbgrader.folder("feedback", student, LESSON) / f"{LESSON}.html").read_text()
        assert str(nbgrader.root) not in page
    assert grade(nbgrader) == found


@pytest.mark.slow
def test_nbgraders_own_path_finds_it_as_well(nbgrader: Nbgrader) -> None:
    lay(nbgrader, "jane", "self-study-main")
    nbgrader.autograde(LESSON, "jane")
    assert [each.points for each in nbgrader.standings()] == [10.0]


def test_what_lies_above_is_not_replaced_and_no_link_followed(tmp_path: Path) -> None:
    folder = tmp_path / "submitted" / "jane" / LESSON
    (folder / "inner" / "tones").mkdir(parents=True)
    (folder / "inner" / "timestamp.txt").write_text("theirs")
    (folder / "timestamp.txt").write_text("ours")
    unnest(tmp_path, folder, "tones")
    assert (folder / "timestamp.txt").read_text() == "ours"
    assert (folder / "tones").is_dir()
    other = tmp_path / "submitted" / "eve" / LESSON
    other.mkdir(parents=True)
    (other / "inner").symlink_to(folder, target_is_directory=True)
    unnest(tmp_path, other, "tones")
    assert [path.name for path in other.iterdir()] == ["inner"]
    assert (folder / "tones").is_dir()


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_any_terminal_shows_the_same_with_replaced_symbols(tmp_path: Path, encoding: str) -> None:
    tiny.workspace(tmp_path)
    tiny.write(tmp_path, octave="return 2 * frequency")
    for words in (("check", "01.1"), ("progress",), ("check", "01.1", "--json")):
        usual = tiny.command(*words, cwd=tmp_path, PYTHONIOENCODING="utf-8")
        done = tiny.command(*words, cwd=tmp_path, PYTHONIOENCODING=encoding)
        assert (done.returncode, done.stderr) == (0, usual.stderr)
        assert done.stdout == usual.stdout.encode(encoding, "replace").decode(encoding)


@pytest.mark.slow
def test_a_course_reports_in_any_terminal(nbgrader: Nbgrader) -> None:
    with nbgrader.gradebook() as gradebook:
        for student in ("ada", "zoë"):
            gradebook.add_student(student)
    for environment in (
        {"PYTHONIOENCODING": "ascii"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ):
        for words in (("report",), ("roster",)):
            done = tiny.command(*words, cwd=nbgrader.root, **environment)
            assert (done.returncode, done.stderr) == (0, "")
            assert "zo?" in done.stdout


@pytest.mark.slow
def test_who_has_handed_in_nothing_is_in_report_and_export(nbgrader: Nbgrader) -> None:
    with nbgrader.gradebook() as gradebook:
        gradebook.add_student("carl")
    absent = [each for each in nbgrader.standings(everybody=True) if each.student == "carl"]
    assert [(each.points, each.submitted, each.handed_in) for each in absent] == [(0.0, "", False)] * 2
    done = tiny.command("export", cwd=nbgrader.root)
    assert "carl,01_octaves,0.0,10.0,,0.0,0.0,,,,,," in done.stdout


def test_an_account_name_is_refused_wherever_it_comes_in(tmp_path: Path, nbgrader: Nbgrader) -> None:
    workspace = tmp_path / "w"
    nbgrader.fetch(LESSON, "ada", workspace)
    for name, character in (("müller", "'ü'"), ("DOM\\user", r"'\\\\'"), ("ada lovelace", "' '")):
        with pytest.raises(AutogradeError, match=f"Not submitted. account name: .* got {character} in "):
            nbgrader.submit(LESSON, name, workspace)
    nbgrader.submit(LESSON, "a.b@uni.edu", workspace)
    assert nbgrader.collect(LESSON) == []
    assert nbgrader.submitted(LESSON) == ["a.b@uni.edu"]
