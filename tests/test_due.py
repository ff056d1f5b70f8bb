"""When work is due stands in one place, is shown to all, is later for one, and costs what the course says."""

from __future__ import annotations

import contextlib
import json
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import tiny
from click.testing import CliRunner, Result

from autograde.classroom.roster import Person
from autograde.cli.main import main
from autograde.course.settings import Late, read_settings
from autograde.course.version import course_digest, lesson_digest
from autograde.course.workspace import Workspace
from autograde.errors import AutogradeError
from autograde.nbgrader_plugins.cycle import Nbgrader
from autograde.nbgrader_plugins.due import Due, LatePolicy, read_due
from autograde.nbgrader_plugins.people import enrol
from autograde.notebook.card import progress_card
from autograde.practice.progress import progress_rows

LESSON = "01_octaves"
DUE = datetime(2026, 1, 1, 12)


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TZ", "UTC")
    root = tiny.released(tmp_path / "course")
    enrol(Nbgrader(root), [Person("ada", "Ada"), Person("ben"), Person("cleo")])
    return root


def toml(course: Path) -> Path:
    return course / "solutions" / "lessons" / "course.toml"


def add(course: Path, text: str) -> None:
    toml(course).write_text(f"{toml(course).read_text()}\n{text}\n")


def run(course: Path, *words: str) -> Result:
    with contextlib.chdir(course):
        return CliRunner().invoke(main, words, catch_exceptions=False)


def hand_in(course: Path, student: str, time: datetime, octave: str = "return 2 * frequency") -> None:
    """Lay a submission down as collecting leaves it."""
    folder = course / ".course" / "submitted" / student / LESSON
    folder.mkdir(parents=True)
    for path, content in tiny.skeletons().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    tiny.write(folder, octave=octave)
    (folder / "timestamp.txt").write_text(f"{time:%Y-%m-%d %H:%M:%S} UTC")


@pytest.mark.slow
def test_the_dates_of_the_course_come_into_the_gradebook_with_a_release(course: Path) -> None:
    add(course, f"[due]\n{LESSON} = 2026-01-01T13:00:00+01:00")
    assert run(course, "release", LESSON).exit_code == 0
    nbgrader = Nbgrader(course)
    assert read_due(nbgrader, LESSON).date == DUE
    assert nbgrader.api().get_assignment(LESSON)["duedate"] == "2026-01-01T12:00:00"
    outbound = course / ".course" / "exchange" / "first-tones" / "outbound" / LESSON
    for folder in (course / "lessons", outbound):
        assert read_settings(folder).due[LESSON].isoformat() == "2026-01-01T13:00:00+01:00"


@pytest.mark.slow
@pytest.mark.parametrize(
    "text", ["", "0001-01-01", "2026-02-30", "01.12.2026", "2026-12-01 24:00", "2026-03-29 02:30"]
)
def test_what_is_no_date_changes_nothing(course: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    before = toml(course).read_bytes()
    try:
        done = run(course, "due", LESSON, text)
    finally:
        monkeypatch.undo()
        time.tzset()
    assert done.exit_code == 2
    assert f"due: DATE: expected a {'time' if '03-29' in text else 'date'}" in done.stderr
    assert toml(course).read_bytes() == before


@pytest.mark.parametrize("text", ["2026-12-01", "20261201", "2026-W49-2"])
def test_a_date_without_a_time_is_the_whole_day(course: Path, text: str) -> None:
    assert "Tue 01 Dec 2026, 23:59 UTC" in run(course, "due", LESSON, text).stdout


def test_a_gradebook_that_cannot_be_used_leaves_the_date_as_it_was(course: Path) -> None:
    before = toml(course).read_bytes()
    (course / ".course" / "gradebook.db").write_bytes(b"no database" * 99)
    assert run(course, "due", LESSON, "2026-12-01").exit_code == 2
    assert toml(course).read_bytes() == before


def test_a_date_is_set_changed_and_taken_out_by_command(course: Path) -> None:
    before = toml(course).read_text()
    assert "01_octaves: Thu 01 Jan 2026, 12:00 UTC" in run(course, "due", LESSON, "2026-01-01 12:00").stdout
    run(course, "due", "02_melodies", "2026-02-01T12:00:00+02:00")
    run(course, "due", LESSON, "2026-01-03")
    assert toml(course).read_text() == (
        f"{before}\n[due]\n01_octaves = 2026-01-03T23:59:00+00:00\n02_melodies = 2026-02-01T10:00:00+00:00\n"
    )
    found = json.loads(run(course, "due", "--json").stdout)
    assert [each["due"] for each in found] == ["2026-01-03T23:59:00+00:00", "2026-02-01T10:00:00+00:00"]
    run(course, "due", LESSON, "none")
    assert read_due(Nbgrader(course), LESSON).date is None
    assert LESSON not in read_settings(toml(course).parent).due


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["tomorrow"], "DATE: expected a date such as"),
        (["2026-01-01 12:00", "--student", "ada"], "a due date to extend, got none"),
    ],
)
def test_a_date_that_cannot_be_is_said(course: Path, words: list[str], said: str) -> None:
    before = toml(course).read_bytes()
    done = run(course, "due", LESSON, *words)
    assert done.exit_code == 2
    assert said in done.stderr
    assert toml(course).read_bytes() == before


def test_dates_in_another_form_are_left_to_a_person(course: Path) -> None:
    add(course, f"due.{LESSON} = 2026-01-01T12:00:00Z".replace("due.", "[due]\n'").replace(" =", "' ="))
    before = toml(course).read_bytes()
    done = run(course, "due", LESSON, "2026-01-05")
    assert done.exit_code == 2
    assert toml(course).read_bytes() == before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"[due]\n{LESSON} = 2026-01-01T12:00:00", "a time with its offset"),
        (f"[due]\n{LESSON} = 2026-01-01", "a time with its offset"),
        (f'[due]\n{LESSON} = "soon"', "a time with its offset"),
        ("[late]\nper_week = 1", "late: per_week: expected one of per_day, most, grace_minutes"),
        ("[late]\nper_day = 10", "late: per_day: expected a number from 0 to 1, got 10"),
        ("[late]\ngrace_minutes = -1", "late: grace_minutes: expected a number from 0, got -1"),
    ],
)
def test_what_the_course_may_not_say_is_named(course: Path, text: str, said: str) -> None:
    add(course, text)
    with pytest.raises(AutogradeError, match=said):
        read_settings(toml(course).parent)


def test_no_verdict_depends_on_when_work_is_due(course: Path) -> None:
    solutions = course / "solutions"
    before = course_digest(solutions), lesson_digest(solutions, LESSON)
    add(course, f"[due]\n{LESSON} = 2026-01-01T12:00:00Z\n[late]\nper_day = 0.1")
    assert (course_digest(solutions), lesson_digest(solutions, LESSON)) == before
    toml(course).write_text(toml(course).read_text().replace("call_s = 3", "call_s = 4"))
    assert course_digest(solutions) != before[0]


@pytest.mark.parametrize(
    ("late", "seconds", "taken"),
    [
        (Late(0.1), 0, 0),
        (Late(0.1), 1, 1),
        (Late(0.1), 86_400, 1),
        (Late(0.1), 86_401, 2),
        (Late(0.1, most=0.5), 99 * 86_400, 5),
        (Late(0.1), 99 * 86_400, 10),
        (Late(0.1, grace_minutes=10), 600, 0),
        (Late(0.1, grace_minutes=10), 601, 1),
        (Late(), 86_400, 0),
    ],
)
def test_what_lateness_costs(late: Late, seconds: float, taken: float) -> None:
    assert late.penalty(10.0, seconds) == pytest.approx(taken)
    plugin = LatePolicy(per_day=late.per_day, most=late.most, grace_minutes=late.grace_minutes)
    assert plugin.late_submission_penalty("ada", 10.0, seconds) == (pytest.approx(taken) if taken else None)


@pytest.mark.slow
def test_late_work_costs_the_same_by_both_paths_and_nothing_within_an_extension(course: Path) -> None:
    add(course, f"[due]\n{LESSON} = 2026-01-01T12:00:00Z\n[late]\nper_day = 0.25\nmost = 0.5")
    run(course, "due", LESSON, "2026-01-01T12:00:00+00:00")
    done = run(course, "due", LESSON, "2026-01-03T12:00:00+00:00", "--student", "cleo")
    assert "  cleo: Sat 03 Jan 2026, 12:00 UTC" in done.stdout
    assert {each.student: each.handed_in for each in Nbgrader(course).standings(everybody=True)}[
        "cleo"
    ] is False
    for student, late in {
        "ada": timedelta(),
        "ben": timedelta(hours=30),
        "cleo": timedelta(hours=30),
    }.items():
        hand_in(course, student, DUE + late)
    assert run(course, "grade", LESSON, "--workers", "1").exit_code == 0
    nbgrader = Nbgrader(course)
    ours = {each.student: (each.points, each.penalty, each.late_s) for each in nbgrader.standings()}
    full = ours["ada"][0]
    assert full > 0
    assert ours == {"ada": (full, 0, 0), "ben": (full / 2, full / 2, 30 * 3600), "cleo": (full, 0, 0)}
    for student in ours:
        nbgrader.autograde(LESSON, student)
    assert {each.student: (each.points, each.penalty, each.late_s) for each in nbgrader.standings()} == ours
    nbgrader.generate_feedback(LESSON)
    pages = {who: (nbgrader.folder("feedback", who, LESSON) / f"{LESSON}.html").read_text() for who in ours}
    assert "Ada, ada, submitted 2026-01-01 12:00 UTC, due 2026-01-01 12:00 UTC</div>" in pages["ada"]
    assert "ben, submitted 2026-01-02 18:00 UTC, due 2026-01-01 12:00 UTC, <strong>30 h late" in pages["ben"]
    assert "cleo, submitted 2026-01-02 18:00 UTC, due 2026-01-03 12:00 UTC</div>" in pages["cleo"]
    run(course, "due", LESSON, "none", "--student", "cleo")
    run(course, "grade", LESSON, "--workers", "1")
    assert {each.student: each.penalty for each in nbgrader.standings()}["cleo"] == full / 2


def test_only_somebody_on_the_roster_gets_more_time(course: Path) -> None:
    run(course, "due", LESSON, "2026-01-01T12:00:00+00:00")
    for student, date, said in (
        ("eve", "2026-01-02", "student: expected somebody on the roster, got 'eve'"),
        ("ada", "2025-01-02", "DATE: expected later than 2026-01-01 12:00 UTC"),
    ):
        done = run(course, "due", LESSON, date, "--student", student)
        assert (done.exit_code, said in done.stderr) == (2, True), done.stderr
    assert read_due(Nbgrader(course), LESSON).extensions == {}


def test_an_extension_to_work_that_is_there_stays(course: Path) -> None:
    run(course, "due", LESSON, "2026-01-01T12:00:00+00:00")
    for date in ("2026-01-02T12:00:00+00:00", "2026-01-04T12:00:00+00:00"):
        run(course, "due", LESSON, date, "--student", "ada")
    assert read_due(Nbgrader(course), LESSON).extensions == {"ada": timedelta(days=3)}


@pytest.mark.slow
def test_a_date_can_be_set_before_the_first_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    course = tiny.copied(tmp_path / "course")
    assert f"{LESSON}: Thu 01 Jan 2026, 12:00 UTC" in run(course, "due", LESSON, "2026-01-01 12:00").stdout
    enrol(Nbgrader(course), [Person("ada")])
    assert f"{LESSON}: Thu 01 Jan 2026, 12:00 UTC" in run(course, "due").stdout
    run(course, "release")
    assert read_due(Nbgrader(course), LESSON).date == DUE


def test_no_date_leaves_no_extension(course: Path) -> None:
    """nbgrader adds an extension to the date, whether there is one or not."""
    run(course, "due", LESSON, "2026-01-01T12:00:00+00:00")
    run(course, "due", LESSON, "2026-01-02T12:00:00+00:00", "--student", "ada")
    run(course, "due", LESSON, "none")
    assert read_due(Nbgrader(course), LESSON) == Due(None, {})


@pytest.mark.slow
def test_a_learner_sees_in_progress_what_is_due(tmp_path: Path) -> None:
    workspace = tiny.workspace(tmp_path)
    done = tiny.command("progress", cwd=tmp_path, TZ="UTC")
    assert "due" not in done.stdout
    toml = workspace.lessons / "course.toml"
    toml.write_text(
        f"{toml.read_text()}\n[due]\n{LESSON} = 2026-01-01T13:00:00+01:00\nother = 2026-01-01T13:00:00Z\n"
    )
    done = tiny.command("progress", cwd=tmp_path, TZ="UTC")
    first = next(line for line in done.stdout.splitlines() if line.startswith(LESSON))
    assert first.startswith(f"{LESSON}; due Thu 01 Jan 2026, 12:00 UTC, ")
    workspace = Workspace(workspace.root, read_settings(workspace.lessons))
    card = progress_card(workspace, list(progress_rows(workspace)))
    for shown in (card.text, card.html):
        assert "due Thu 01 Jan 2026" in shown
    toml.write_text(f"{toml.read_text()}\n[late]\nper_day = 0.1\nmost = 0.5\ngrace_minutes = 15\n")
    assert read_settings(workspace.lessons).late_sentence == (
        "Late work: each day begun after the first 15 minutes takes 10% of its points, at most 50%."
    )
