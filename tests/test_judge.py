"""The judge on submissions made from the reference, in the real sandbox."""

from __future__ import annotations

import json
import pickle
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from autograde.audit.candidates import replaced
from autograde.course.course import Course, find_course
from autograde.course.stub import skeleton
from autograde.draw import Draw
from autograde.errors import AutogradeError
from autograde.exercise import HiddenChecks
from autograde.judge import judge, judge_sources
from autograde.sandbox.sandbox import Sandbox
from autograde.verdict import ExerciseResult, SubmissionResult, Verdict

Sources = Mapping[str, bytes]
SOFTMAX = "cpu/softmax.py"


@pytest.fixture
def verdicts(course: Course, sandbox: Sandbox, reference: Sources):
    """Judge 03.1 with `softmax` replaced by the given text; return the result of the exercise."""

    def run(text: str, exercise: str = "03.1", file: str = SOFTMAX) -> ExerciseResult:
        sources = {**reference, file: replaced(reference[file].decode(), text, "attnlib").encode()}
        return judge_sources(sources, exercise=exercise, course=course, sandbox=sandbox).exercises[0]

    return run


def test_the_reference_gets_all_points(course: Course, sandbox: Sandbox, reference: Sources) -> None:
    result = judge_sources(reference, lesson="03_softmax", course=course, sandbox=sandbox)
    assert result.points == result.max_points > 0
    assert all(exercise.accepted for exercise in result.exercises)


@pytest.mark.slow
def test_the_skeleton_gets_none_and_was_not_attempted(
    course: Course, sandbox: Sandbox, reference: Sources
) -> None:
    sources = {path: skeleton(text.decode()).encode() for path, text in reference.items()}
    result = judge_sources(sources, course=course, sandbox=sandbox)
    assert result.points == 0
    checks = [(exercise.id, check) for exercise in result.exercises for check in exercise.checks]
    assert [(id, check) for id, check in checks if check.verdict is not Verdict.NOT_ATTEMPTED] == []


@pytest.mark.parametrize(
    ("text", "verdict", "says"),
    [
        ("def softmax(scores, axis=-1):\n    return None", Verdict.WRONG_ANSWER, "got None"),
        (
            "def softmax(scores, axis=-1):\n    return scores.nothing",
            Verdict.RUN_TIME_ERROR,
            "AttributeError",
        ),
        ("def softmax(scores):\n    return scores", Verdict.WRONG_ANSWER, ""),
        ("def softmax():\n    return 1", Verdict.RUN_TIME_ERROR, "TypeError"),
        ("softmax = 3", Verdict.RUN_TIME_ERROR, ""),
        ("del softmax", Verdict.NOT_ATTEMPTED, "softmax"),
        ("import os\ndef softmax(scores, axis=-1):\n    os._exit(0)", Verdict.RUN_TIME_ERROR, ""),
        ("import torch\ndef softmax(scores, axis=-1):\n    return 1", Verdict.RULE_BROKEN, "torch"),
        ("def softmax(scores, axis=-1):\n    return (lambda: 1)", Verdict.WRONG_ANSWER, ""),
        ("def softmax(scores, axis=-1):\n    return float('nan') * scores", Verdict.WRONG_ANSWER, "NaN"),
        ("def softmax(scores, axis=-1) return", Verdict.RUN_TIME_ERROR, "SyntaxError"),
    ],
)
def test_the_gate_s_verdict(verdicts, text: str, verdict: Verdict, says: str) -> None:
    result = verdicts(text)
    gate = result.checks[0]
    assert gate.verdict is verdict
    assert says in gate.message
    assert result.points == 0


@pytest.mark.slow
def test_an_endless_loop_is_ended_and_the_rest_is_judged(
    course: Course, sandbox: Sandbox, reference: Sources
) -> None:
    text = "def softmax(scores, axis=-1):\n    while True: pass"
    sources = {**reference, SOFTMAX: replaced(reference[SOFTMAX].decode(), text, "attnlib").encode()}
    quick = sandbox.under(replace(sandbox.limits, call_s=1.0))
    result = judge_sources(sources, lesson="03_softmax", course=course, sandbox=quick)
    endless, _, other, _ = result.exercises
    assert endless.checks[0].verdict is Verdict.TIME_LIMIT_EXCEEDED
    assert other.accepted


def test_a_costly_check_waits_until_the_gate_is_accepted(verdicts, course: Course) -> None:
    checks = course.hidden("03.1").checks
    kept = list(checks)
    checks[1:] = [replace(check, costly=True) for check in kept[1:]]
    try:
        right, wrong = verdicts(""), verdicts("def softmax(scores, axis=-1):\n    return scores")
    finally:
        checks[:] = kept
    assert right.accepted
    assert all(check.ran for check in right.checks)
    assert [check.ran for check in wrong.checks] == [True] + [False] * len(kept[1:])
    assert {check.verdict for check in wrong.checks} == {Verdict.WRONG_ANSWER}
    assert all(check.message.startswith("Not run") for check in wrong.checks[1:])
    assert {check.misconception for check in wrong.checks[1:]} == {None}


def test_a_missing_file_is_not_attempted_and_says_which(
    course: Course, sandbox: Sandbox, reference: Sources
) -> None:
    sources = {path: text for path, text in reference.items() if path != SOFTMAX}
    result = judge_sources(sources, exercise="03.1", course=course, sandbox=sandbox).exercises[0]
    assert {check.verdict for check in result.checks} == {Verdict.NOT_ATTEMPTED}
    assert "attnlib/cpu/softmax.py" in result.checks[0].message


def test_a_known_mistake_is_named_on_every_check_that_it_fails(verdicts, course: Course) -> None:
    folder = course.solutions / "misconceptions" / "03.1"
    result = verdicts((folder / "sum_over_the_wrong_axis.py").read_text())
    failed = [check for check in result.checks if check.verdict is not Verdict.ACCEPTED]
    assert failed
    assert {check.misconception for check in failed} == {"sum_over_the_wrong_axis"}


def test_the_text_of_an_error_ends_before_the_diagnosis_begins(verdicts, course: Course) -> None:
    text = (course.solutions / "misconceptions" / "05.1" / "batch_expected.py").read_text()
    gate = verdicts(text, exercise="05.1", file="cpu/multi_head.py").checks[0]
    assert re.match(r"ValueError: not enough values to unpack \(.*\)\. x was taken apart", gate.message)


@pytest.mark.slow
def test_a_known_mistake_in_a_module_is_named_where_gradients_are_asked_too(verdicts, course: Course) -> None:
    text = (course.solutions / "misconceptions" / "09.3" / "relu_instead_of_gelu.py").read_text()
    failed = {
        check.name: check.misconception
        for check in verdicts(text, exercise="09.3", file="cuda/transformer.py").checks
        if check.ran and check.verdict is not Verdict.ACCEPTED
    }
    assert failed["lets_gradients_through"] == "relu_instead_of_gelu"
    assert set(failed.values()) == {"relu_instead_of_gelu"}


def test_an_unknown_mistake_is_described_by_the_smallest_input_that_fails(verdicts) -> None:
    result = verdicts(
        "import numpy as np\ndef softmax(scores, axis=-1):\n"
        "    e = np.exp(scores - scores.max(axis, keepdims=True))\n"
        "    w = e / e.sum(axis, keepdims=True)\n    w[..., 1:] *= 1.25\n    return w"
    )
    gate = result.checks[0]
    assert gate.misconception is None
    assert re.search(r"It already fails for an input of shape \([12], 2\)\.", gate.message)


def test_no_input_is_described_for_which_there_is_no_right_answer(verdicts) -> None:
    wrong = "def sink_score(weights):\n    return 1.25 * weights[..., 1:, 0].mean(-1)"
    message = verdicts(wrong, exercise="09.5", file="cpu/attention.py").checks[1].message
    assert "It already fails for an input of shape (2, 2)." in message


def test_the_fault_of_an_earlier_exercise_is_named_there(verdicts) -> None:
    wrong = "import numpy as np\ndef softmax(scores, axis=-1):\n    return np.full_like(scores, 0.5)"
    result = verdicts(wrong, exercise="04.3", file=SOFTMAX)
    assert result.points == result.max_points
    assert result.message == "attention is right; your softmax (03.1) is not."


def test_nothing_is_earned_before_the_gate_is_open(verdicts) -> None:
    result = verdicts("import numpy as np\ndef softmax(scores, axis=-1):\n    return scores * 0.0")
    assert result.points == 0
    right = [check for check in result.checks if check.verdict is Verdict.ACCEPTED]
    assert all("once the first check is accepted" in check.message for check in right)


def test_the_inputs_differ_by_student_and_not_by_run(course: Course) -> None:
    one, again, other = (Draw(course.secret, "03.1", "x", who).normal(3).tolist() for who in ("a", "a", "b"))
    assert one == again != other


def test_a_broken_check_leaves_the_grade_open(
    course: Course, sandbox: Sandbox, reference: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks = course.hidden("03.1").checks
    broken = replace(checks[0], run=lambda learner, draw: learner.softmax(draw.normal(2, 3)).no_such_thing)
    monkeypatch.setattr(course, "hidden", lambda _: HiddenChecks("03.1", [broken, *checks[1:]]))
    result = judge_sources(reference, exercise="03.1", course=course, sandbox=sandbox)
    assert result.judge_failed
    assert result.exercises[0].checks[0].verdict is Verdict.JUDGE_ERROR
    assert result.points == 0


def test_a_result_pickles_and_turns_into_json(course: Course, sandbox: Sandbox, reference: Sources) -> None:
    result = judge_sources(reference, exercise="00.1", course=course, sandbox=sandbox)
    again: SubmissionResult = pickle.loads(pickle.dumps(result))
    assert again == result
    data = json.loads(json.dumps(result.as_json()))
    assert {"submission", "lesson", "points", "max_points", "environment", "exercises"} == set(data)
    check = data["exercises"][0]["checks"][0]
    assert {"name", "verdict", "points", "max_points", "message", "misconception"} <= set(check)
    assert data["environment"]["sandbox"] == sandbox.level


@pytest.mark.parametrize(
    ("directory", "lesson", "exercise"),
    [("nowhere", None, None), (".", "99_none", None), (".", None, "99.9")],
)
def test_bad_input_is_one_clear_sentence(
    course: Course, tmp_path: Path, directory: str, lesson: str | None, exercise: str | None
) -> None:
    with pytest.raises(AutogradeError, match=r"expected .*, got .*"):
        judge(tmp_path / directory, lesson, exercise=exercise, course=course)


def test_the_course_is_found_from_inside_of_it(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root / "tests")
    assert find_course() == root
    with pytest.raises(AutogradeError, match="expected a course with solutions/lessons, got none"):
        find_course(Path("/"))


def test_a_course_inside_of_what_is_judged_never_judges_it(tmp_path: Path, monkeypatch) -> None:
    for root in (tmp_path / "mine", tmp_path / "mine" / "unpacked", tmp_path / "elsewhere"):
        (root / "solutions" / "lessons").mkdir(parents=True)
        (root / "solutions" / "lessons" / "course.toml").touch()
    handed_in = tmp_path / "mine" / "unpacked"
    monkeypatch.chdir(handed_in)
    assert find_course() == handed_in
    assert find_course(outside=Path()) == tmp_path / "mine"
    monkeypatch.chdir(tmp_path / "elsewhere")
    with pytest.raises(AutogradeError, match="a course outside of what is judged, got one inside of it"):
        find_course(outside=Path())
    with pytest.raises(AutogradeError, match="Run this in your course's repository"):
        judge(Path())


def test_the_secret_is_made_once_and_private(root: Path, tmp_path: Path) -> None:
    (tmp_path / "solutions").symlink_to(root / "solutions")
    secret = Course(tmp_path).secret
    assert len(secret) == 64
    assert Course(tmp_path).secret == secret
    assert (tmp_path / ".course" / "secret").stat().st_mode & 0o077 == 0
