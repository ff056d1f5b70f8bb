"""What a verdict depends on, what a changed check would change, and an appeal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import tiny
from click.testing import CliRunner, Result

from autograde.classroom.grading import Edition
from autograde.classroom.store import kept_results
from autograde.cli.main import main
from autograde.course.version import lesson_digest, lesson_files
from autograde.nbgrader_plugins.cycle import Nbgrader

ROOT = Path(__file__).resolve().parent.parent
OCTAVES, MELODIES = tiny.LESSONS
STUDENTS = {"ada": "return 4 * frequency", "bob": "return 2 * frequency"}


def changed(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def digests(root: Path) -> dict[str, str]:
    return {lesson: lesson_digest(root / "solutions", lesson) for lesson in tiny.LESSONS}


@pytest.mark.parametrize(
    ("file", "touched"),
    [
        ("checks/01_octaves.py", {OCTAVES, MELODIES}),  # 02.1 builds on 01.1
        ("checks/02_melodies.py", {MELODIES}),
        ("lessons/02_melodies/checks.py", {MELODIES}),
        ("misconceptions/02.1/doubled_once.py", {MELODIES}),
        ("tones/pitch.py", {OCTAVES, MELODIES}),
        ("tones/melody.py", {MELODIES}),
        ("lessons/course.toml", {OCTAVES, MELODIES}),
        ("answers/right/02.1/four_times.py", set()),
        ("lessons/02_melodies/02_melodies.ipynb", set()),
    ],
)
def test_a_change_regrades_the_lessons_that_it_touches(tmp_path: Path, file: str, touched: set[str]):
    root = tiny.copied(tmp_path / "course")
    before = digests(root)
    path = root / "solutions" / file
    path.write_text(path.read_text() + "\n# changed\n")
    after = digests(root)
    assert {lesson for lesson in tiny.LESSONS if before[lesson] != after[lesson]} == touched


def test_a_new_misconception_touches_its_lesson(tmp_path: Path):
    root = tiny.copied(tmp_path / "course")
    before = digests(root)
    new = root / "solutions" / "misconceptions" / "02.1" / "another.diff"
    new.write_text("A sentence.\n\n-    a\n+    b\n")
    assert [lesson for lesson, digest in digests(root).items() if digest != before[lesson]] == [MELODIES]


def test_what_checks_share_touches_the_lessons_that_import_it(tmp_path: Path):
    root = tiny.copied(tmp_path / "course")
    shared, checks = (root / "solutions" / "checks" / name for name in ("words.py", f"{MELODIES}.py"))
    shared.write_text("WORD = 1\n")
    checks.write_text(f"from checks.words import WORD\n{checks.read_text()}")
    before = digests(root)
    shared.write_text("WORD = 2\n")
    assert [lesson for lesson, digest in digests(root).items() if digest != before[lesson]] == [MELODIES]


def test_the_real_lessons_depend_on_what_they_build_on():
    found = {path.name for path in lesson_files(ROOT / "solutions", "04_weighted_sum")}
    assert {"03_softmax.py", "02_scores_and_scaling.py", "softmax.py", "attention.py", "course.toml"} <= found
    assert not {"08_efficient_attention.py", "kernels.py"} & found


def test_a_key_is_made_of_all_that_a_verdict_depends_on(tmp_path: Path):
    root = tiny.copied(tmp_path / "course")
    files = {"pitch.py": b"1"}
    edition = Edition(root)
    keys = [
        edition.key(MELODIES, "ada", files),
        edition.key(MELODIES, "bob", files),
        edition.key(OCTAVES, "ada", files),
        edition.key(MELODIES, "ada", {"pitch.py": b"2"}),
        edition.key(MELODIES, "ada", {"melody.py": b"1"}),
    ]
    (root / ".course" / "secret").write_text("another")
    keys.append(Edition(root).key(MELODIES, "ada", files))
    assert len(set(keys)) == len(keys)
    assert Edition(root).key(MELODIES, "ada", files) == keys[-1]


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tiny.released(tmp_path / "course")
    nbgrader = Nbgrader(root)
    for student, body in STUDENTS.items():
        nbgrader.fetch(MELODIES, student, root / "learners" / student)
        tiny.write(root / "learners" / student, two_octaves=body)
        nbgrader.submit(MELODIES, student, root / "learners" / student)
    nbgrader.collect(MELODIES)
    monkeypatch.chdir(root)
    assert command("grade").exit_code == 0
    return root


def command(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def points(root: Path) -> dict[str, float]:
    return {each.student: each.points for each in Nbgrader(root).standings()}


def as_json(result: Result) -> Any:
    return json.loads(result.stdout)


@pytest.mark.slow
def test_a_regrade_is_looked_at_and_then_applied(course: Path):
    assert as_json(command("grade", "--dry-run", "--json")) == []
    kept = list(kept_results(course))
    changed(course / "solutions" / "checks" / f"{MELODIES}.py", "points=3, gate=True", "points=1, gate=True")
    (change,) = as_json(command("grade", "--dry-run", "--json"))
    assert (change["student"], change["exercise"]) == ("ada", "02.1")
    assert (change["before"], change["after"], change["difference"]) == (5, 3, -2)
    assert [check["name"] for check in change["checks"]] == ["drawn_frequencies"]
    assert points(course) == {"ada": 5, "bob": 0}
    assert list(kept_results(course)) == kept

    said = command("grade", "--dry-run").output
    assert "5 to 3" in said
    assert "3 to 1." in said

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("autograde.classroom.pool.Pool.submit", None)  # all of it was judged already
        assert command("grade").exit_code == 0
    assert points(course) == {"ada": 3, "bob": 0}
    assert as_json(command("grade", "--dry-run", "--json")) == []


@pytest.mark.slow
def test_a_grade_by_hand_stays_and_the_look_says_so(course: Path):
    with Nbgrader(course).gradebook() as gradebook:
        grade = gradebook.find_grade("exercise-02-1", MELODIES, MELODIES, "ada")
        grade.manual_score, grade.needs_manual_grade = 4.5, False
        gradebook.db.commit()
    changed(course / "solutions" / "checks" / f"{MELODIES}.py", "points=3, gate=True", "points=1, gate=True")
    (change,) = as_json(command("grade", "--dry-run", "--json"))
    assert (change["by_hand"], change["difference"]) == (True, 0)
    assert command("grade").exit_code == 0
    (ada, _) = Nbgrader(course).standings()
    assert (ada.points, ada.to_grade) == (4.5, ())


@pytest.mark.slow
def test_an_appeal_is_judged_again_with_the_same_inputs(course: Path):
    tiny.write(course / "learners" / "bob", two_octaves="return 8 * frequency")
    Nbgrader(course).submit(MELODIES, "bob", course / "learners" / "bob")  # handed in since, not graded
    done = tiny.command("judge", "--replay", "bob", MELODIES, "--json", cwd=course)
    assert done.returncode == 0, done.stderr
    again = json.loads(done.stdout)
    assert again.pop("differences") == []
    kept = next(each for each in kept_results(course) if each.student == "bob")
    assert kept.result is not None
    assert again == json.loads(json.dumps(kept.result.as_json()))

    changed(course / "solutions" / "checks" / f"{MELODIES}.py", "points=3, gate=True", "points=1, gate=True")
    done = tiny.command("judge", "--replay", "ada", MELODIES, cwd=course)
    assert done.returncode == 1
    assert "accepted, 3 points when it was graded, accepted, 1 points now." in done.stdout
    assert tiny.command("judge", "--replay", "nobody", MELODIES, cwd=course).returncode == 2
    secret = course / ".course" / "secret"
    secret.unlink()
    done = tiny.command("judge", "--replay", "ada", MELODIES, cwd=course)
    assert done.returncode == 2
    assert (
        "secret: expected the course's secret, got no such file. Bring it back from a backup" in done.stderr
    )
    assert not secret.exists()


def test_a_damaged_store_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    root = tiny.released(tmp_path / "course")
    monkeypatch.chdir(root)
    (root / ".course" / "store.db").write_bytes(b"no database" * 99)
    result = command("report")
    assert result.exit_code == 2
    assert "store.db: expected a file to use" in result.output
    assert "Move it away" in result.output
