"""What is said after grading: complete, escaped, readable without a network, free of scripts."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from autograde.classroom.feedback import (
    Feedback,
    Written,
    exercise_html,
    exercise_text,
    next_step,
    page,
    safe_html,
)
from autograde.classroom.report import Standing, as_csv, as_json, common_mistakes, reason
from autograde.classroom.store import Graded
from autograde.verdict import CheckResult, ExerciseResult, SubmissionResult, Verdict

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\x1b[31m"


def check(verdict: Verdict, message: str = "", misconception: str | None = None) -> CheckResult:
    earned = 2.0 if verdict is Verdict.ACCEPTED else 0.0
    return CheckResult("a_check", "Each row must sum to 1.", verdict, earned, 2.0, message, misconception)


def exercise(*checks: CheckResult, id: str = "03.1", message: str = "") -> ExerciseResult:
    earned = sum(each.points for each in checks)
    return ExerciseResult(id, "cpu.softmax.softmax", earned, 2.0 * len(checks), checks, message)


def graded(*exercises: ExerciseResult, student: str = "ada", notes: tuple[str, ...] = ()) -> Graded:
    environment = {"sandbox": "full", "python": "3.11", "numpy": "2", "torch": "2", "checks": "abc"}
    result = SubmissionResult(student, "03_softmax", 0.0, 4.0, environment, exercises)
    return Graded(student, "03_softmax", "key", notes, result=result)


WRONG = check(Verdict.WRONG_ANSWER, "weights: 3 of 9 numbers are off.", "no_shift")
RIGHT = check(Verdict.ACCEPTED)


def shown(feedback: Graded, **more: object) -> str:
    return page(Feedback("03 Softmax", feedback, 2.0, 9.0, **more))  # type: ignore[arg-type]


def test_the_page_says_what_a_learner_needs_to_know():
    written = Written("04.5", "<p>What does 0.3 mean?</p>", "<p>A third.</p>", 4.0, 5.0, "Say of what.")
    html = shown(
        graded(exercise(RIGHT, WRONG, message="Your softmax is right here."), notes=("No notebook.",)),
        submitted="2026-11-22 10:00 UTC",
        late="3 h late",
        penalty=1.0,
        written=(written,),
    )
    for text in (
        "03 Softmax",
        "ada, submitted 2026-11-22 10:00 UTC",
        "3 h late",
        "1 point taken off",
        "2 of 9 points",
        "Each row must sum to 1.",
        "✗ wrong answer",
        "✓ accepted",
        "weights: 3 of 9 numbers are off.",
        "Your softmax is right here.",
        "Next:",
        "No notebook.",
        "What does 0.3 mean?",
        "A third.",
        "4 of 5",
        "Say of what.",
        "Judged in the full sandbox",
    ):
        assert text in html, text


def test_the_page_needs_no_network_and_runs_nothing():
    html = shown(graded(exercise(RIGHT, WRONG)))
    assert "<script" not in html
    assert not re.search(r"https?://|src=|@import|url\(", html)
    assert "default-src 'none'" in html


def test_a_learners_words_are_escaped_everywhere():
    hostile = exercise(check(Verdict.RUN_TIME_ERROR, HOSTILE), message=HOSTILE)
    written = Written("04.5", "", f"<p>fine</p>{HOSTILE}", None, 5.0, HOSTILE)
    for text in (shown(graded(hostile, notes=(HOSTILE,)), written=(written,)), exercise_html(hostile)):
        assert "<script" not in text
        assert "<img" not in text.replace("<img>", "")
        assert "\x1b" not in text
    assert "not graded yet" in shown(graded(), written=(written,))
    assert "\x1b" not in exercise_text(hostile)


@pytest.mark.parametrize(
    "html",
    [
        "<a href='javascript:alert(1)'>x</a>",
        "<a href='file:///etc/passwd'>x</a>",
        "<img src='https://example.org/pixel.png'>",
        "<img src='data:image/svg+xml;base64,AAAA'>",
        "<iframe src='https://example.org'></iframe>",
        "<form action='https://example.org'><input></form>",
        "<style>body { display: none }</style>",
        "<p style='position: fixed'>x</p>",
        "<p onclick='alert(1)'>x</p>",
        "<svg onload='alert(1)'></svg>",
    ],
)
def test_html_that_fetches_or_runs_is_taken_out(html: str):
    cleaned = str(safe_html(html))
    assert not re.search(r"javascript|file:|example\.org|svg|iframe|form|style|onclick|onload", cleaned)


def test_pictures_inside_the_page_and_tables_are_kept():
    picture = '<img src="data:image/png;base64,iVBORw0KGgo=">'
    assert str(safe_html(picture)) == picture
    assert "<td>1</td>" in safe_html("<table><tr><td>1</td></tr></table>")


def test_a_fault_of_the_grader_is_not_blamed_on_the_learner():
    problem = Graded("ada", "03_softmax", "", problem="OSError: no space left on device")
    html = shown(problem)
    assert "That is not your fault" in html
    assert "OSError" not in html
    assert next_step(exercise(check(Verdict.JUDGE_ERROR))).startswith("Nothing")
    assert problem.open
    assert "a fault of the grader: OSError" in reason(problem)


@pytest.mark.parametrize("verdict", list(Verdict))
def test_every_verdict_has_words_and_a_next_step(verdict: Verdict):
    result = exercise(check(verdict))
    assert shown(graded(result))
    assert exercise_text(result).startswith("03.1 softmax: ")
    assert bool(next_step(result)) == (verdict is not Verdict.ACCEPTED)


def test_reasons_in_one_line():
    open_one = exercise(check(Verdict.NOT_ATTEMPTED), id="03.2")
    error = exercise(check(Verdict.RUN_TIME_ERROR, "SyntaxError: '(' was never closed."))
    assert reason(None) == "not graded"
    assert reason(graded(exercise(RIGHT))) == "all accepted"
    assert reason(graded(exercise(RIGHT), open_one)) == "03.2 not written yet"
    assert reason(graded(open_one)) == "nothing written yet"
    assert reason(graded(exercise(WRONG))) == "03.1 no shift"
    assert reason(graded(error, replace(error, id="03.2"))) == "03.1, 03.2 SyntaxError: '(' was never closed."
    assert reason(graded(exercise(RIGHT), notes=("No notebook. It was graded.",))) == "No notebook"


def test_mistakes_are_counted_most_frequent_first():
    wrong, slow = exercise(WRONG), exercise(check(Verdict.TIME_LIMIT_EXCEEDED))
    empty = exercise(check(Verdict.NOT_ATTEMPTED))
    found = common_mistakes([graded(slow), graded(wrong), graded(wrong), graded(empty)])
    assert [(each.students, each.exercise, each.what) for each in found] == [
        (2, "03.1", "no shift"),
        (1, "03.1", "no answer"),
    ]


def test_standings_become_csv_and_json():
    standing = Standing("ada", "03_softmax", 2.0, 4.0, "2026-11-22 10:00:00", to_grade=("exercise-04-5",))
    lines = as_csv([standing]).splitlines()
    assert lines[0].startswith("student,lesson,points,max_points,submitted")
    assert lines[1] == "ada,03_softmax,2.0,4.0,2026-11-22 10:00:00,0.0,0.0,exercise-04-5,"
    found = as_json([standing], [graded(exercise(WRONG))])
    assert found["submissions"][0]["why"] == "03.1 no shift"
    assert found["mistakes"] == [{"exercise": "03.1", "what": "no shift", "students": 1}]
