"""Another course on the same engine, played by a class of three from release to feedback, and audited."""

from __future__ import annotations

import contextlib
import csv
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest
import tiny
from click.testing import CliRunner

from autograde.cli.main import main
from autograde.nbgrader_plugins.cycle import Nbgrader

OCTAVES, MELODIES = tiny.LESSONS
STUDENTS = ("ada", "ben", "cleo")
WRITTEN = "exercise-02-3"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:unclosed file.*timestamp:ResourceWarning"),  # nbgrader leaves it open
]


@dataclass(frozen=True)
class Term:
    """The course, its class, and what the instructor's commands said."""

    root: Path
    said: dict[str, str]

    def workspace(self, student: str) -> Path:
        return self.root / "learners" / student

    def instruct(self, *words: str) -> None:
        """Run a command of the instructor and keep what it says."""
        with contextlib.chdir(self.root):
            done = CliRunner().invoke(main, words, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        self.said[" ".join(words)] = done.stdout

    def standing(self, student: str, lesson: str) -> dict[str, Any]:
        rows = json.loads(self.said["report --json"])["submissions"]
        return dict(next(row for row in rows if (row["student"], row["lesson"]) == (student, lesson)))

    def page(self, student: str, lesson: str) -> str:
        """Return the feedback page that a student has fetched."""
        (page,) = (self.workspace(student) / "lessons" / lesson / "feedback").glob("*/*.html")
        return page.read_text()


@pytest.fixture(scope="module")
def term(tmp_path_factory: pytest.TempPathFactory) -> Term:
    """Play everything: ada is right, ben is wrong, cleo writes nothing."""
    term = Term(tiny.copied(tmp_path_factory.mktemp("term") / "course"), {})
    term.instruct("release")
    nbgrader = Nbgrader(term.root)
    for student, lesson in turns():
        nbgrader.fetch(lesson, student, term.workspace(student))
    shutil.copytree(tiny.SOLUTIONS / "tones", term.workspace("ada") / "tones", dirs_exist_ok=True)
    explain_the_octave(term.workspace("ada"))
    err(term.workspace("ben"))
    for student, lesson in turns():
        nbgrader.submit(lesson, student, term.workspace(student))
    term.instruct("collect")
    term.instruct("grade")
    grade_by_hand(nbgrader)
    for words in ("feedback", "report", "report --json", "export"):
        term.instruct(*words.split())
    for student, lesson in turns():
        nbgrader.fetch_feedback(lesson, student, term.workspace(student))
    return term


def turns() -> Iterator[tuple[str, str]]:
    return ((student, lesson) for student in STUDENTS for lesson in tiny.LESSONS)


def explain_the_octave(workspace: Path) -> None:
    """Write the answer that a person grades."""
    path = workspace / "lessons" / MELODIES / f"{MELODIES}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    next(cell for cell in notebook.cells if cell.id == "answer").source = "Both pairs have the ratio 2."
    nbformat.write(notebook, path)


def err(workspace: Path) -> None:
    """Square for an octave, sum every prefix anew; what builds on the octave is right."""
    tiny.write(
        workspace,
        octave="return frequency * frequency",
        two_octaves="return octave(octave(frequency))",
        ends="return np.array([durations[: note + 1].sum() for note in range(len(durations))])",
        starts="return ends(durations) - durations",
    )


def grade_by_hand(nbgrader: Nbgrader) -> None:
    """Give ada's sentence 3 of 4 points, as in formgrader."""
    with nbgrader.gradebook() as gradebook:
        found = gradebook.find_grade(WRITTEN, MELODIES, MELODIES, "ada")
        assert found.needs_manual_grade
        found.manual_score, found.needs_manual_grade = 3.0, False
        gradebook.db.commit()


def test_what_is_released_is_this_course(term: Term) -> None:
    assert "tones/pitch.py: written" in term.said["release"]
    assert f"{MELODIES}: released" in term.said["release"]
    assert (term.root / ".course" / "exchange" / "first-tones" / "outbound" / OCTAVES).is_dir()
    assert (term.workspace("cleo") / "lessons" / "course.toml").is_file()


def test_the_public_checks_run_where_a_learner_works(term: Term) -> None:
    folder = term.workspace("ada") / "lessons" / OCTAVES
    done = tiny.command("progress", cwd=folder)
    assert "4 of 4 exercises accepted by their public checks." in done.stdout, done.stderr
    done = tiny.command("check", "01.1", "01.2", cwd=term.workspace("ben"))
    assert done.returncode == 1
    assert "Change octave in tones/pitch.py" in done.stdout
    assert "01.2 Tone is not written yet." in done.stdout


def test_right_answers_earn_all_points(term: Term) -> None:
    assert term.standing("ada", OCTAVES)["points"] == 10
    found = term.standing("ada", MELODIES)
    assert (found["points"], found["max_points"], found["why"]) == (14, 15, "all accepted")
    assert found["to_grade"] == []


def test_wrong_answers_are_named_and_blame_follows_the_chain(term: Term) -> None:
    found = term.standing("ben", OCTAVES)
    assert (found["points"], found["why"]) == (0, "01.1 squares; 01.2 not written yet")
    found = term.standing("ben", MELODIES)
    assert (found["points"], found["why"]) == (9, "02.2 wrong answer")
    assert "two_octaves is right; your octave (01.1) is not." in term.page("ben", MELODIES)


def test_nothing_written_earns_nothing(term: Term) -> None:
    for lesson in tiny.LESSONS:
        found = term.standing("cleo", lesson)
        assert (found["points"], found["why"]) == (0, "nothing written yet")


def test_feedback_says_what_leads_on(term: Term) -> None:
    page = term.page("ben", OCTAVES)
    assert "0 of 10 points" in page
    assert "Which number times the frequency is one octave above?" in page
    assert "Twice as many notes must cost twice the work, not four times." in term.page("ben", MELODIES)
    page = term.page("ada", MELODIES)
    assert "14 of 15 points" in page
    assert "3 of 4" in page


def test_the_class_is_reported_and_exported(term: Term) -> None:
    assert f"{OCTAVES}: 3 submissions" in term.said["collect"]
    assert "squares" in term.said["report"]
    rows = list(csv.DictReader(term.said["export"].splitlines()))
    assert [(row["student"], float(row["points"])) for row in rows if row["lesson"] == MELODIES] == [
        ("ada", 14),
        ("ben", 9),
        ("cleo", 0),
    ]


def test_the_checks_of_this_course_are_sound(term: Term) -> None:
    done = tiny.command("audit", "--json", "--workers", "1", cwd=term.root)
    audited = json.loads(done.stdout)
    assert [(each["id"], each["problems"], each["survivors"]) for each in audited] == [
        (each, [], []) for each in ("01.1", "01.2", "02.1", "02.2")
    ]
    assert done.returncode == 0


def test_what_the_course_needs_is_looked_for(term: Term) -> None:
    found = {
        each["what"]: each for each in json.loads(tiny.command("doctor", "--json", cwd=term.root).stdout)
    }
    assert "sounddevice" in found
    assert "triton" not in found


def test_a_folder_is_judged_by_this_course(term: Term) -> None:
    done = tiny.command("judge", "learners/ada", "--json", cwd=term.root)
    assert done.returncode == 0
    assert {exercise["function"] for exercise in json.loads(done.stdout)["exercises"]} == {
        "pitch.octave",
        "sound.Tone",
        "melody.two_octaves",
        "melody.ends",
    }
