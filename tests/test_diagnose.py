"""Names and descriptions, asked of answers in this process: the sandbox is another test's business."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from autograde.call import Call, Target
from autograde.compare import Mismatch
from autograde.course.answer import KnownAnswer
from autograde.course.course import Course
from autograde.diagnose import _Again, blame, diagnose_exercise
from autograde.draw import Draw
from autograde.exercise import Check
from autograde.here import Here, NotHere
from autograde.record import Recorded, Recorder, Trial, put
from autograde.sandbox.failure import SubmissionFailure
from autograde.sandbox.session import Session

SCORES = np.array([[1.0, 2.0, 4.0], [0.5, 0.0, -3.0]])
TARGET = Target.of("cpu.softmax.softmax")
Named = Callable[..., dict[str, str | None]]


class InThisProcess(Here):
    ended = False


@pytest.fixture
def named(course: Course) -> Named:
    """Return the names that an answer to 03.1 gets, by the checks that it fails."""

    return lambda softmax: names_of(course, "03.1", softmax)


def names_of(course: Course, exercise_id: str, answer: Callable[..., Any]) -> dict[str, str | None]:
    """Return the names that an answer gets, by the checks that it fails."""
    exercise = course.exercise(exercise_id)
    session = InThisProcess(course.answer(exercise, KnownAnswer("", "", {exercise.target.name: answer})))

    def draw(check: Check, number: str = "") -> Draw:
        return Draw("tests", check.name, number)

    checks = course.hidden(exercise_id).checks
    trials = [put(check, exercise.target.holder, session, draw(check)) for check in checks]
    found = diagnose_exercise(course, exercise, trials, cast("Session", session), draw)
    failed = [trial.check.name for trial in trials if trial.problem]
    return {name: found[name].name if name in found else None for name in failed}


def softmax(scores: Any, axis: int = -1, over: int | None = None) -> Any:
    scores = scores if scores.dtype.kind == "f" else scores.astype(float)
    exponentials = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return exponentials / exponentials.sum(axis=axis if over is None else over, keepdims=True)


def known(course: Course, name: str) -> Callable[..., Any]:
    found = {each.name: each for each in course.misconceptions("03.1")}
    return cast("Callable[..., Any]", found[name].functions["softmax"])


def test_a_right_answer_fails_nothing(named: Named) -> None:
    assert named(softmax) == {}


def test_a_misconception_is_named_on_every_check_that_it_fails(named: Named, course: Course) -> None:
    names = named(known(course, "sum_over_the_wrong_axis"))
    assert len(names) > 4
    assert set(names.values()) == {"sum_over_the_wrong_axis"}


def test_what_is_written_in_another_way_is_named_too(named: Named, course: Course) -> None:
    wrong = known(course, "axis_ignored")
    names = named(lambda scores, axis=-1: np.einsum("...->...", wrong(scores, axis)) * (1 + 1e-15))
    assert set(names.values()) == {"axis_ignored"}


@pytest.mark.parametrize("name", ["always_one", "flag_inverted"])
def test_of_two_that_fail_alike_the_one_that_returns_the_same_beside_it_is_named(
    course: Course, name: str
) -> None:
    """Both give 1 where the check compares first, and differ in the other answer."""
    answer = {each.name: each for each in course.misconceptions("02.3")}[name].functions["score_variance"]
    assert names_of(course, "02.3", answer)["plain_and_scaled"] == name


@pytest.mark.parametrize("small", [1e-6, 1e-7, 1e-8])
def test_a_nearly_right_answer_has_no_name(named: Named, small: float) -> None:
    assert named(lambda scores, axis=-1: softmax(scores, axis) * (1 + small)) == {"nine_digits": None}


def test_an_answer_near_a_misconception_keeps_its_name(named: Named, course: Course) -> None:
    wrong = known(course, "axis_ignored")
    names = named(lambda scores, axis=-1: wrong(scores, axis) * (1 + 1e-8))
    assert names["any_axis_of_any_array"] == "axis_ignored"


def test_a_second_mistake_is_not_called_by_the_name_of_the_first(named: Named, course: Course) -> None:
    def twice_wrong(scores: Any, axis: int = -1) -> Any:
        weights = known(course, "axis_ignored")(scores.copy(), axis)
        scores *= 2
        return weights

    names = named(twice_wrong)
    assert names["any_axis_of_any_array"] == "axis_ignored"
    assert names["leaves_its_input_alone"] is None


@pytest.mark.parametrize(("off", "name"), [(3e-5, "slightly_off"), (2.6e-5, None)])
def test_an_answer_between_a_misconception_and_what_is_right_has_no_name(
    named: Named, course: Course, monkeypatch: pytest.MonkeyPatch, off: float, name: str | None
) -> None:
    near = KnownAnswer(
        "slightly_off", "", {"softmax": lambda scores, axis=-1: softmax(scores, axis) * 1.00003}
    )
    monkeypatch.setattr(course, "misconceptions", lambda _: (near,))
    names = named(lambda scores, axis=-1: softmax(scores, axis) * (1 + off))
    assert names["agrees_with_the_formula"] == name


def test_a_misconception_that_the_submission_does_not_share_is_no_name(named: Named, course: Course) -> None:
    """Only for one shape it behaves like a misconception, which fails much more."""

    def here_and_there(scores: Any, axis: int = -1) -> Any:
        if scores.ndim == 3:
            return known(course, "axis_ignored")(scores, axis)
        return softmax(scores, axis)

    def everywhere_else(scores: Any, axis: int = -1) -> Any:
        if scores.ndim == 2:
            return softmax(scores, axis)
        return known(course, "sum_over_the_wrong_axis")(scores, axis)

    assert "sum_over_the_wrong_axis" not in named(everywhere_else).values()
    assert named(here_and_there)["any_axis_of_any_array"] in ("axis_ignored", None)


def test_an_error_with_the_text_of_a_misconception_is_not_its_name(named: Named) -> None:
    def stops(scores: Any, axis: int = -1) -> Any:
        if scores.ndim != 2:
            raise ValueError("axis 0 is out of bounds")
        return softmax(scores, axis)

    assert set(named(stops).values()) == {None}


@pytest.mark.parametrize("answer", [lambda scores, axis: 1 / 0, lambda scores, axis=-1: scores * 0.0 + 7.0])
def test_no_check_is_put_to_a_misconception_that_answers_otherwise(
    named: Named, monkeypatch: pytest.MonkeyPatch, answer: Callable[..., Any]
) -> None:
    """To ask it the same questions is enough: a check also draws its inputs and finds out what is right."""
    asked: list[Check] = []
    monkeypatch.setattr("autograde.diagnose.put", lambda check, *more: asked.append(check))
    assert set(named(answer).values()) == {None}
    assert asked == []


@pytest.mark.slow
def test_an_object_that_stayed_with_the_submission_has_its_like_here(course: Course) -> None:
    """One misconception about the cache answers like itself, through every handle, and like no other one."""
    exercise, suspects = course.exercise("06.4"), course.misconceptions("06.4")[:5]
    checks, module = course.hidden("06.4").checks, exercise.target.holder
    others = []
    for theirs in suspects:
        asked = Here(course.answer(exercise, theirs))
        asked.call(Call(Target.of("cuda.attention.KeyValueCache")))  # all others have other handles than here
        trials = [put(check, module, asked, Draw("a")) for check in checks]
        for trial in (trial for trial in trials if trial.problem):
            assert not _differ(trial, _Again(course.answer(exercise, theirs)))
            others += [
                _differ(trial, _Again(course.answer(exercise, ours))) for ours in suspects if ours != theirs
            ]
    assert sum(others) > len(others) / 2


def _differ(trial: Trial, again: _Again) -> bool:
    return any(again.differs(recorded, trial) for recorded in trial.answers)


def test_what_was_compared_is_found_in_the_answer() -> None:
    """A part that stands there once; of two that are alike nobody knows which one it was."""
    one, two = np.array([1.0, 2.0]), np.array([3.0])
    assert compared(one, (one, [two, {"b": two + 1}])) == (0,)
    assert compared(two + 1, (one, [two, {"b": two + 1}])) == (1, 1, "b")
    assert compared(one, one) == ()
    assert compared(two, (one, [two, two])) is None
    assert compared(one - 1, (one, [two])) is None


def compared(actual: Any, answer: Any) -> tuple[Any, ...] | None:
    check = cast(Check, None)
    return Trial(check, (Recorded(Call(TARGET), answer, None),), Mismatch("x", "value", actual)).compared


def test_blame(course: Course) -> None:
    attention, softmax, scores = (course.exercise(each) for each in ("04.3", "03.1", "02.2"))
    assert blame(attention, [softmax], complete=True) == "attention is right; your softmax (03.1) is not."
    both = blame(attention, [softmax, scores], complete=False)
    assert both.startswith("attention was judged without your earlier functions; ")
    assert both.endswith("your softmax (03.1) and scaled_scores (02.2) are not.")


def here(course: Course) -> Here:
    return Here(course.answer(course.exercise("03.1")))


def test_what_is_asked_here_travels_like_to_a_worker(course: Course) -> None:
    given = SCORES.copy()
    value, arguments, _ = here(course).call(Call(TARGET, (given,), mode="arguments"))
    assert value.sum() == pytest.approx(2.0)
    assert arguments[0] is not given
    assert np.array_equal(arguments[0], given)


def test_objects_stay_here_and_errors_are_those_of_a_submission(course: Course) -> None:
    asked = Here(course.answer(course.exercise("06.4")))
    cache = asked.call(Call(Target.of("cuda.attention.KeyValueCache")))
    assert (cache.handle, cache.type_name) == ("#0", "KeyValueCache")
    with pytest.raises(SubmissionFailure, match="TypeError"):
        asked.call(Call(Target("#0", ("append",))))


@pytest.mark.parametrize(
    "call",
    [
        Call(TARGET, (np.zeros((2000, 2000)),)),
        Call(TARGET, (), {"scores": np.zeros((2000, 2000))}),
        Call(TARGET, (SCORES,), mode="cost_numpy"),
        Call(TARGET, (SCORES,), timeout_s=1),
        Call(TARGET, (SCORES,), memory_bytes=1),
    ],
)
def test_large_and_measured_calls_are_not_asked_here(course: Course, call: Call) -> None:
    with pytest.raises(NotHere):
        here(course).call(call)
    recorder = Recorder(cast(Any, SimpleNamespace(call=lambda _: 1)))
    recorder(call)
    assert not recorder.recorded[0].kept


def test_a_trial_keeps_what_is_wrong(course: Course) -> None:
    check = course.hidden("03.1").checks[0]
    right = put(check, "cpu.softmax", here(course), Draw("a"))
    assert right.problem is None
    exercise = course.exercise("03.1")
    wrong = Here(course.answer(exercise, KnownAnswer("", "", {"softmax": lambda scores: scores})))
    assert isinstance(put(check, "cpu.softmax", wrong, Draw("a")).problem, Mismatch)
