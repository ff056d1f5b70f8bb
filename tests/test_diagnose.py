from __future__ import annotations

import numpy as np
import pytest
import torch

from autograde.call import Call, Target
from autograde.course.course import Course
from autograde.diagnose import blame, explains, same_value
from autograde.record import Recorded
from autograde.sandbox.failure import SubmissionFailure
from autograde.verdict import Verdict

SCORES = np.array([[1.0, 2.0, 4.0], [0.5, 0.0, -3.0]])
TARGET = Target.of("cpu.softmax.softmax")


def test_same_value_allows_rounding_and_nothing_else() -> None:
    a = np.arange(6.0).reshape(2, 3)
    assert same_value(a, a * (1 + 1e-9))
    assert not same_value(a, a * (1 + 1e-4))
    assert not same_value(a, a.T)
    assert not same_value(a > 2, a)
    assert same_value(np.array([1.0, np.nan]), np.array([1.0, np.nan]))
    assert same_value(3, 3.0)
    assert not same_value(True, 1)
    assert same_value("cat", "cat")
    assert same_value(torch.ones(2), torch.ones(2))
    assert not same_value(torch.ones(2), torch.ones(2).double())
    assert not same_value(torch.ones(2), np.ones(2))


def recorded(value: object, scores: np.ndarray = SCORES) -> Recorded:
    return Recorded(Call(TARGET, (scores,)), value, None)


@pytest.fixture
def wrong_axis(course: Course):
    known = {each.name: each for each in course.misconceptions("03.1")}
    return known["sum_over_the_wrong_axis"]


def columns(scores: np.ndarray) -> np.ndarray:
    exponentials = np.exp(scores - scores.max(axis=-2, keepdims=True))
    return exponentials / exponentials.sum(axis=-2, keepdims=True)


def test_a_misconception_explains_what_it_reproduces(course: Course, wrong_axis) -> None:
    exercise = course.exercise("03.1")
    value = wrong_axis.functions["softmax"](SCORES.copy())
    assert explains(course, exercise, wrong_axis, [recorded(value)])


def test_one_contradiction_is_enough_against_it(course: Course, wrong_axis) -> None:
    exercise = course.exercise("03.1")
    value = wrong_axis.functions["softmax"](SCORES.copy())
    assert not explains(course, exercise, wrong_axis, [recorded(value), recorded(value + 0.1)])


def test_without_an_answer_nothing_is_explained(course: Course, wrong_axis) -> None:
    assert not explains(course, course.exercise("03.1"), wrong_axis, [])


def test_an_error_is_explained_by_the_same_error_only(course: Course, wrong_axis) -> None:
    exercise = course.exercise("03.1")
    failure = SubmissionFailure(Verdict.RUN_TIME_ERROR, "ValueError: something else", "ValueError")
    assert not explains(course, exercise, wrong_axis, [Recorded(Call(TARGET, (SCORES,)), None, failure)])


def test_large_and_measured_calls_are_not_replayed() -> None:
    large = np.zeros((2000, 2000))
    assert not recorded(large, large).replayable
    assert not Recorded(Call(TARGET, (SCORES,), mode="cost_numpy"), 1, None).replayable
    assert not Recorded(Call(TARGET, (SCORES,), timeout_s=1), 1, None).replayable
    assert recorded(SCORES).replayable


def test_blame(course: Course) -> None:
    attention, softmax, scores = (course.exercise(each) for each in ("04.3", "03.1", "02.2"))
    assert blame(attention, [softmax], complete=True) == "attention is right; your softmax (03.1) is not."
    both = blame(attention, [softmax, scores], complete=False)
    assert both.startswith("attention was judged without your earlier functions; ")
    assert both.endswith("your softmax (03.1) and scaled_scores (02.2) are not.")
