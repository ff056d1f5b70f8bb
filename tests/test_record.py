"""What is kept of a submission's answers has a budget, and what is too much is judged all the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import torch

from autograde.call import Call, Remote, Target
from autograde.compare import Mismatch, expect_close
from autograde.draw import Draw
from autograde.exercise import Asked, Check
from autograde.here import PART_BYTES, memory_bytes
from autograde.record import Budget, Recorder, put
from autograde.sandbox.failure import SandboxFailure, SubmissionFailure
from autograde.verdict import Verdict

CALL = Call(Target.of("task.run"), (np.zeros(4),))


class Answers:
    """A session that gives the same answer each time."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def call(self, _: Call) -> Any:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def ahead(self, calls: Sequence[Call]) -> None:
        return


def recorder(answer: Any, budget: Budget) -> Recorder:
    return Recorder(Answers(answer), budget)


@pytest.mark.parametrize(
    ("value", "held"),
    [
        (1, 0),
        ("a" * 100, 100),
        (b"ab", 2),
        (np.zeros(10), 80),
        (torch.zeros(10), 40),
        ([1, 2], 2 * PART_BYTES),
        ({"k": [np.zeros(10)]}, 3 * PART_BYTES + 1 + PART_BYTES + 80),
        (Remote("#1", "Adder"), 0),
        (Asked(Target("#1"), print, "Adder"), 0),
        (torch.float32, 0),
    ],
    ids=repr,
)
def test_every_part_and_every_byte_counts(value: object, held: int) -> None:
    assert memory_bytes(value) == PART_BYTES + held


def test_answers_are_kept_until_the_budget_of_an_exercise_is_used_up() -> None:
    budget = Budget(300_000)
    asked = [recorder(np.zeros(10_000), budget) for _ in range(2)]
    for each in asked:
        for _ in range(3):
            assert each(CALL).nbytes == 80_000
    kept = [recorded for each in asked for recorded in each.recorded]
    assert [recorded.kept for recorded in kept] == [True, True, True, False, False, False]
    assert kept[-1].value is None
    assert kept[-1].call.args == ()
    assert asked[1].returned == "run returned a value of type ndarray and shape (10000,)"


@pytest.mark.parametrize(
    "answer", [[0] * 5000, {"a": [0] * 5000}, ["x" * 320_000]], ids=["list", "dict", "text"]
)
def test_parts_and_texts_use_the_budget_up_as_well(answer: object) -> None:
    asked = recorder(answer, Budget(600_000))
    for _ in range(3):
        asked(CALL)
    assert [recorded.kept for recorded in asked.recorded] == [True, False, False]


def test_what_nobody_can_replay_is_not_kept() -> None:
    large = np.zeros(1 << 20)
    asked = recorder({"state": large}, Budget(1 << 40))
    asked(CALL)
    assert not asked.recorded[0].kept


def test_a_failure_is_kept_without_its_question() -> None:
    asked = recorder(SubmissionFailure(Verdict.RUN_TIME_ERROR, "ValueError"), Budget(0))
    with pytest.raises(SubmissionFailure):
        asked(CALL)
    assert asked.recorded[0].failure is not None
    assert not asked.recorded[0].kept


@pytest.mark.parametrize("answer", [{"verdict": "accepted"}, (), 3, None, Remote("#0", "Tensor")])
def test_an_answer_that_is_forged_is_kept_as_it_is(answer: Any) -> None:
    """A call that also asks for its arguments has three parts as an answer, from whoever tells the truth."""
    asked = recorder(answer, Budget())
    assert asked(Call(Target.of("m.f"), (), mode="arguments")) is answer
    assert len(asked.recorded) == 1


def test_a_mistake_of_ours_while_asking_is_ours() -> None:
    with pytest.raises(SandboxFailure, match="ZeroDivisionError while asking"):
        recorder(ZeroDivisionError("ours"), Budget())(CALL)


def failing_check(learner: Any, draw: Draw) -> None:
    """The answer is compared with one of ours."""
    expect_close("value", learner.run(), np.zeros(5))


@pytest.mark.parametrize(("numbers", "kept"), [(5, True), (1_000_000, False)])
def test_a_problem_holds_no_frames_and_few_numbers(numbers: int, kept: bool) -> None:
    check = Check("failing_check", "A sentence.", failing_check)
    asked: Any = Answers(np.ones(numbers) if numbers == 5 else [1.0] * numbers)
    problem = put(check, "task", asked, Draw("seed"), Budget(0)).problem
    assert isinstance(problem, Mismatch)
    assert problem.__traceback__ is None
    assert (problem.actual is not None) == kept


def test_all_answers_to_a_check_have_a_budget_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograde.record.ANSWERED_BYTES", 5 << 20)
    asked = recorder(np.zeros(1 << 18), Budget())
    asked(CALL)
    asked(CALL)
    with pytest.raises(SubmissionFailure, match="at most 5 MiB in all answers to a check") as caught:
        asked(CALL)
    assert caught.value.verdict is Verdict.OUTPUT_LIMIT_EXCEEDED
