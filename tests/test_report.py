"""A report on one lesson: what its numbers mean, on one page that needs no network, with or without names."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import tiny
from click.testing import CliRunner

from autograde.classroom.analysis import Analysis, analyse, hours, page, renamed
from autograde.classroom.grading import warm_grader
from autograde.classroom.history import HandIn, history
from autograde.classroom.report import Standing
from autograde.classroom.store import Graded
from autograde.cli.instructor import numbers
from autograde.cli.main import main
from autograde.nbgrader_plugins.cycle import Nbgrader
from autograde.nbgrader_plugins.grade_class import ClassGrader
from autograde.verdict import CheckResult, ExerciseResult, SubmissionResult, Verdict

LESSON = "02_melodies"
BEGIN = datetime(2026, 3, 1, 12, tzinfo=UTC)
A, W, N, E = Verdict.ACCEPTED, Verdict.WRONG_ANSWER, Verdict.NOT_ATTEMPTED, Verdict.JUDGE_ERROR


def result(**exercises: list[Verdict | str]) -> SubmissionResult:
    """Return a result: `result(e1=[A, W])`; a text is a wrong answer that has a name."""
    made = [exercise(f"01.{name[1:]}", verdicts) for name, verdicts in exercises.items()]
    points, most = sum(each.points for each in made), sum(each.max_points for each in made)
    return SubmissionResult("s", "01", points, most, exercises=tuple(made), environment={})


def exercise(name: str, verdicts: list[Verdict | str]) -> ExerciseResult:
    checks = tuple(check(number, each) for number, each in enumerate(verdicts))
    return ExerciseResult(name, "m.f", sum(each.points for each in checks), len(checks), checks)


def check(number: int, each: Verdict | str) -> CheckResult:
    named = None if isinstance(each, Verdict) else each
    verdict = W if named else Verdict(each)
    return CheckResult(
        f"c{number}", f"Sentence {number}.", verdict, float(verdict is A), 1.0, misconception=named
    )


def lesson(
    found: dict[str, SubmissionResult], absent: tuple[str, ...] = (), hand_ins: Iterable[HandIn] = ()
) -> Analysis:
    standings = [Standing(who, "01", each.points, each.max_points) for who, each in found.items()]
    standings += [Standing(who, "01", 0.0, 4.0, handed_in=False) for who in absent]
    results = [Graded(who, "01", "k", result=each) for who, each in found.items()]
    return analyse("01", standings, results, hand_ins)


def test_points_are_counted_by_tenths_of_the_maximum():
    most, half, none = result(e1=[A, A, A, A]), result(e1=[A, A, W, W]), result(e1=[W, W, W, W])
    found = lesson({"a": most, "b": half, "c": none}, ("d",))
    assert found.bins == (1, 0, 0, 0, 0, 1, 0, 0, 0, 1)
    assert (found.handed_in, found.absent, found.middle, found.mean) == (3, ("d",), 2.0, 2.0)


def test_difficulty_and_discrimination_of_a_check():
    found = lesson(
        {
            "a": result(e1=[A, A, A, W]),
            "b": result(e1=[A, A, A, W]),
            "c": result(e1=[N, N, N, A]),
            "d": result(e1=[E, W, W, W]),
        }
    )
    first, second, _, last = found.items
    assert (first.judged, first.accepted, first.not_attempted) == (3, 2, 1)
    assert second.difficulty == 0.5
    assert first.discrimination is not None
    assert first.discrimination > 0
    assert last.discrimination is not None
    assert last.discrimination < 0
    same = lesson({"a": result(e1=[A, W]), "b": result(e1=[A, A])}).items[0]
    assert same.discrimination is None


def hand_in(student: str, hour: float, found: SubmissionResult) -> HandIn:
    return HandIn(student, BEGIN + timedelta(hours=hour), found)


def test_the_time_to_a_fix_runs_from_the_first_naming_to_the_first_acceptance():
    tries = [
        hand_in("a", 0, result(e1=[A, "no_shift"])),
        hand_in("a", 1, result(e1=[A, "no_shift"])),
        hand_in("a", 5, result(e1=[A, A])),
        hand_in("a", 9, result(e1=[A, A])),
        hand_in("b", 0, result(e1=["no_shift", W])),
        hand_in("b", 1, result(e1=[A, A])),
        hand_in("c", 0, result(e1=["no_shift", W])),
        hand_in("d", 0, result(e1=[W, W])),
    ]
    (fix,) = lesson({}, hand_ins=tries).fixes
    assert (fix.exercise, fix.what, fix.students, fix.fixed) == ("01.1", "no shift", 3, 2)
    assert (fix.median_h, fix.median_tries) == (3.0, 1.5)


def test_a_mistake_that_few_share_is_rare_and_one_that_many_share_is_not():
    found = {f"s{number:02}": result(e1=["often"], e2=[A]) for number in range(18)}
    found |= {"x": result(e1=["seldom"], e2=["strange"]), "y": result(e1=["seldom"], e2=["strange"])}
    shown = lesson(found)
    assert [(each.what, each.students, each.tried) for each in shown.rare] == [
        ("seldom", ("x", "y"), 20),
        ("strange", ("x", "y"), 20),
    ]
    assert shown.rare[0].share == 0.1
    (pair,) = shown.together
    assert pair.students == ("x", "y")
    assert pair.expected == pytest.approx(190 * 0.1**4)


def test_an_error_or_a_wrong_answer_without_a_name_is_nothing_in_common():
    found = {f"s{number:02}": result(e1=[A], e2=[A]) for number in range(18)}
    found |= {"x": result(e1=[E], e2=[W]), "y": result(e1=[E], e2=[W])}
    shown = lesson(found)
    assert (shown.rare, shown.together) == ((), ())


def test_half_of_a_small_class_is_not_rare():
    assert lesson({"a": result(e1=["m"]), "b": result(e1=["m"]), "c": result(e1=[A])}).rare == ()


@pytest.mark.parametrize(("value", "words"), [(None, "–"), (0.5, "30 min"), (3, "3.0 h"), (72, "3.0 days")])
def test_hours_are_read_by_people(value: float | None, words: str):
    assert hours(value) == words


def test_the_page_needs_no_network_and_every_picture_has_words():
    shown = page(lesson({"<b>a": result(e1=[A, W]), "b": result(e1=[A, "<i>x"])}, ("c",)))
    assert not re.search(r"<script|https?://|src=", shown)
    pictures = re.findall(r"<svg[^>]*>", shown)
    assert len(pictures) > 3
    assert all('role="img"' in each and re.search("aria-label(ledby)?=", each) for each in pictures)
    ids = re.findall(r'aria-labelledby="([^"]*)"', shown)
    assert all(f'id="{each}"' in shown for both in ids for each in both.split())
    assert "<b>a" not in shown
    assert "<i>x" not in shown


def test_without_names_there_is_no_name():
    who = ["Zoe", "Yan", *(f"Xu{number}" for number in range(8))]
    found = {each: result(e1=[A], e2=[A]) for each in who} | {
        "Zoe": result(e1=["m"], e2=["n"]),
        "Yan": result(e1=["m"], e2=["n"]),
    }
    names = numbers([*who, "Wim"])
    shown = page(renamed(lesson(found, ("Wim",)), names))
    assert not re.search("Zoe|Yan|Xu|Wim", shown)
    assert names["Wim"] in shown
    assert sorted(names.values()) == [f"student {number:02}" for number in range(1, 12)]


@pytest.fixture
def nbgrader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Nbgrader]:
    root = tiny.released(tmp_path / "course")
    monkeypatch.chdir(root)
    yield Nbgrader(root)
    warm_grader(root).close()


def submit(nbgrader: Nbgrader, student: str, body: str) -> None:
    workspace = nbgrader.root / ".course" / "learners" / student
    if not workspace.exists():
        nbgrader.fetch(LESSON, student, workspace)
    tiny.write(workspace, two_octaves=body)
    nbgrader.submit(LESSON, student, workspace)
    assert nbgrader.collect(LESSON) == []


@pytest.mark.slow
def test_the_report_of_a_class_over_two_hand_ins(nbgrader: Nbgrader, tmp_path: Path):
    wrong = (nbgrader.root / "solutions/misconceptions/02.1").glob("*.py")
    assert [*wrong]
    for student in ("ada", "bob"):
        submit(nbgrader, student, "return 3 * frequency")
    with ClassGrader(nbgrader, 1) as grader:
        grader.grade(LESSON, ["ada", "bob"])
    submit(nbgrader, "ada", "return 4 * frequency")
    nbgrader.autograde(LESSON, "ada")
    with nbgrader.gradebook() as gradebook:
        gradebook.add_student("cyd")
    assert [each.student for each in history(nbgrader.root, LESSON)] == ["ada", "ada", "bob"]
    done = CliRunner().invoke(main, ["report", LESSON, "--html", str(tmp_path / "pages")])
    assert done.exit_code == 0, done.output
    assert "2 have handed in, 1 have not" in done.output
    shown = (tmp_path / "pages" / f"{LESSON}.html").read_text()
    assert "cyd" in shown
    hidden = CliRunner().invoke(main, ["report", LESSON, "--anonymous", "--json"])
    assert not re.search("ada|bob|cyd", hidden.output)
    (found,) = json.loads(hidden.output)
    assert found["handed_in"] == 2
    shutil.rmtree(tmp_path / "pages")
    (tmp_path / "pages").write_text("a file in the way")
    refused = CliRunner().invoke(main, ["report", LESSON, "--html", str(tmp_path / "pages" / "x")])
    assert refused.exit_code == 2
