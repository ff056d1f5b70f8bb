"""A class of thirty comes from Canvas in one lesson and from Moodle in the next, and its points go back."""

from __future__ import annotations

import contextlib
import json
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import platforms
import pytest
import tiny
from click.testing import CliRunner
from platforms import CLASS

from autograde.cli.main import main

OCTAVES, MELODIES = tiny.LESSONS

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:unclosed file.*timestamp:ResourceWarning"),  # nbgrader leaves it open
]


@dataclass
class Term:
    """The course, and what the instructor's commands said."""

    root: Path
    said: dict[str, str] = field(default_factory=dict)

    def instruct(self, *words: str | Path, code: int = 0) -> str:
        with contextlib.chdir(self.root):
            done = CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)
        assert done.exit_code == code, done.output
        return done.stdout


def answered(notebook: bytes) -> bytes:
    """Return the notebook with a written answer."""
    found = nbformat.reads(notebook.decode(), as_version=4)
    next(cell for cell in found.cells if cell.id == "answer").source = "Both pairs have the ratio 2."
    return nbformat.writes(found).encode()


@pytest.fixture(scope="module")
def term(tmp_path_factory: pytest.TempPathFactory) -> Term:
    """Every third student squares for an octave; two hand in nothing; one is late."""
    folder = tmp_path_factory.mktemp("term")
    term = Term(tiny.released(folder / "course"))
    rows = [["student_id", "first_name", "last_name", "email", "lms_user_id"]]
    rows += [[s.account, s.first, s.last, s.email, s.number] for s in CLASS]
    term.instruct("roster", "import", platforms.write(folder / "class.csv", platforms.table(rows)))
    toml = term.root / "solutions" / "lessons" / "course.toml"
    toml.write_text(toml.read_text() + "\n[late]\nper_day = 0.5\n")
    term.instruct("due", OCTAVES, "2026-01-02 12:00")
    octaves, melodies = {}, {}
    for k, s in enumerate(CLASS[:28]):
        files = platforms.solved("return frequency * frequency" if k % 3 == 0 else "return 2 * frequency")
        notebook = (term.root / "lessons" / OCTAVES / f"{OCTAVES}.ipynb").read_bytes()
        work = platforms.zipped({**files, f"{OCTAVES}.ipynb": notebook}, "handin/")
        octaves[platforms.canvas_name(s, "handin.zip", file=70_000 + k, late=k == 1)] = work
        notebook = answered((term.root / "lessons" / MELODIES / f"{MELODIES}.ipynb").read_bytes())
        for path, content in {**files, f"lessons/{MELODIES}/{MELODIES}.ipynb": notebook}.items():
            melodies[f"{platforms.moodle_folder(s)}/{path}"] = content
    canvas = platforms.write(folder / "canvas.zip", platforms.zipped(octaves))
    moodle = platforms.write(folder / "moodle.zip", platforms.zipped(melodies))
    assert term.instruct("collect", OCTAVES, "--zip", canvas) == f"{OCTAVES}: 28 submissions, 1 late\n"
    assert term.instruct("collect", MELODIES, "--zip", moodle) == f"{MELODIES}: 28 submissions\n"
    term.instruct("grade", "--workers", "2", "--json")
    return term


def standings(term: Term) -> dict[tuple[str, str], float]:
    found = json.loads(term.instruct("report", "--json"))["submissions"]
    return {(row["student"], row["lesson"]): row["points"] for row in found}


def test_the_points_of_the_class(term: Term) -> None:
    found = standings(term)
    right, wrong = found["s02", OCTAVES], found["s00", OCTAVES]
    assert right > wrong == 0
    assert found["s01", OCTAVES] == right / 2  # late
    assert [found[s.account, OCTAVES] for s in CLASS[2:28]] == [
        wrong if k % 3 == 0 else right for k in range(2, 28)
    ]
    assert [found[s.account, OCTAVES] for s in CLASS[28:]] == [0, 0]


def test_they_go_into_the_gradebook_of_canvas(term: Term, tmp_path: Path) -> None:
    sheet = platforms.write(tmp_path / "gradebook.csv", platforms.table(platforms.canvas_gradebook()))
    term.instruct("export", tmp_path / "out.csv", "--lesson", OCTAVES, "--canvas", sheet)
    found = platforms.rows((tmp_path / "out.csv").read_bytes())
    assert found[0] == ["Student", "ID", "SIS Login ID", "Section", f"{OCTAVES} (7311)"]
    points = standings(term)
    assert {row[2]: float(row[4]) for row in found[1:]} == {
        s.account: points[s.account, OCTAVES] for s in CLASS[:28]
    }
    term.instruct("export", tmp_path / "new.csv", "--canvas")
    assert platforms.rows((tmp_path / "new.csv").read_bytes())[0][3:] == ["Section", OCTAVES, MELODIES]


def test_they_go_into_the_worksheet_of_moodle(term: Term, tmp_path: Path) -> None:
    sheet = platforms.write(tmp_path / "sheet.csv", platforms.table(platforms.moodle_sheet(maximum="15,00")))
    term.instruct("export", tmp_path / "out.csv", "--lesson", MELODIES, "--moodle", sheet)
    found = platforms.rows((tmp_path / "out.csv").read_bytes())
    points = standings(term)
    graded = {row[2]: float(row[4]) for row in found[1:] if row[4]}
    assert graded == {s.email: pytest.approx(points[s.account, MELODIES], abs=0.005) for s in CLASS[:28]}


def test_they_go_out_as_scores_and_as_tables(term: Term) -> None:
    points = standings(term)
    scores = json.loads(term.instruct("export", "--lti", "--lesson", MELODIES))
    assert {each["userId"]: each["scoreGiven"] for each in scores} == {
        s.number: pytest.approx(points[s.account, MELODIES], abs=0.005) for s in CLASS[:28]
    }
    assert {each["gradingProgress"] for each in scores} == {"PendingManual"}
    long, wide = (platforms.rows(term.instruct("export", *words)) for words in ((), ("--wide",)))
    assert (len(long), len(wide)) == (61, 31)
    assert wide[0][5:] == [OCTAVES, MELODIES, "total"]


def test_feedback_goes_back_under_the_names_of_the_platform(term: Term, tmp_path: Path) -> None:
    for lesson, name in (
        (OCTAVES, platforms.canvas_name(CLASS[2], f"{OCTAVES}.html", file=70_002)),
        (MELODIES, f"{platforms.moodle_folder(CLASS[2])}/{MELODIES}.html"),
    ):
        said = term.instruct("feedback", lesson, "--zip", tmp_path / "feedback.zip")
        assert "feedback.zip: 28 pages" in said
        with zipfile.ZipFile(tmp_path / "feedback.zip") as archive:
            assert len(archive.namelist()) == 28
            assert "points" in archive.read(name).decode()


def test_what_export_cannot_do_is_said(term: Term, tmp_path: Path) -> None:
    for words in (
        ("export", "--lti"),
        ("export", "--lti", "--wide"),
        ("export", "--lesson", "03"),
        ("export", "--canvas", str(tmp_path / "none.csv")),
        ("export", str(tmp_path / "no" / "where.csv")),
        ("export", "--lesson", OCTAVES, "--canvas", "--column", "x"),
    ):
        with contextlib.chdir(term.root):
            done = CliRunner().invoke(main, words, catch_exceptions=False)
        assert done.exit_code == 2, words
        assert done.stderr.count("\n") == 1
