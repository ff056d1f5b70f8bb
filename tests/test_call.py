"""A call means the same wherever it is carried out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from autograde.call import Call, Remote, Target, perform
from autograde.exercise import Learner, answers


def test_a_list_that_is_read_once_is_empty_afterwards() -> None:
    def twice(blocks: list[int], number: int) -> tuple[list[int], list[int], int]:
        return list(blocks), list(blocks), number

    learner = Learner("numbers", lambda call: perform(call, lambda target: twice))
    assert learner.twice.once([1, 2], 3) == ([1, 2], [], 3)
    assert learner.twice([1, 2], 3) == ([1, 2], [1, 2], 3)


def test_gradients_of_parameters_are_those_of_this_call_alone() -> None:
    module = torch.nn.Linear(3, 2)
    x, cotangent = torch.randn(4, 3), torch.randn(4, 2)
    for target in (Target("#0"), Target("#0", ("forward",))):
        call = Call(target, (x,), mode="parameter_gradients", options={"cotangent": cotangent})
        value, gradients = perform(call, lambda target: target.within(module))
        assert torch.equal(value, module(x))
        assert np.allclose(gradients["weight"], cotangent.mT @ x, atol=1e-6)
        assert np.allclose(gradients["bias"], cotangent.sum(0), atol=1e-6)


def test_another_call_is_made_before_the_gradients() -> None:
    calls = []

    def double(x: torch.Tensor) -> torch.Tensor:
        calls.append(tuple(x.shape))
        return 2 * x

    given, cotangent = torch.ones(2), torch.tensor([1.0, 3.0])
    learner = Learner("numbers", lambda call: perform(call, lambda target: double))
    _, [gradient] = learner.double.gradients(given, cotangent=cotangent, between=[torch.ones(5)])
    assert torch.equal(gradient, 2 * cotangent)
    assert calls == [(2,), (5,)]


class Asker:
    """Answers with the name and what was asked, and notes what it hears."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def ahead(self, calls: Sequence[Call]) -> None:
        self.heard.append("ahead " + " ".join(f"{call.target}.{call.mode}" for call in calls))

    def __call__(self, call: Call) -> object:
        self.heard.append(str(call.target))
        return Remote("#4", "Cache") if call.target.name == "make" else (call.args, dict(call.kwargs))


def test_questions_for_later_are_asked_together_and_answered_in_order() -> None:
    asker = Asker()
    learner = Learner("numbers", asker)
    questions = [
        learner.norm.later([1, 2], axis=0),
        learner.norm.later.gradients(3, cotangent=5, scale=2),
        learner.make.later(),
    ]
    assert asker.heard == []
    found = [*answers(learner, questions)]
    together = "ahead numbers.norm.value numbers.norm.gradients numbers.make.value"
    assert asker.heard == [together, "numbers.norm", "numbers.norm", "numbers.make"]
    assert [question for question, _ in found] == questions
    assert [answer for _, answer in found[:2]] == [(([1, 2],), {"axis": 0}), ((3,), {"scale": 2})]
    assert questions[1].options == {"cotangent": 5}
    cache = found[2][1]
    [(_, answer)] = answers(cache, [cache.append.later(7)])
    assert answer == ((7,), {})
    assert asker.heard[-2:] == ["ahead #4.append.value", "#4.append"]


def test_each_asks_for_every_case_at_once() -> None:
    asker = Asker()
    found = [*Learner("numbers", asker).norm.each([(1, 2), [3]])]
    assert found == [((1, 2), ((1, 2), {})), ([3], ((3,), {}))]
    assert asker.heard == ["ahead numbers.norm.value numbers.norm.value", "numbers.norm", "numbers.norm"]
