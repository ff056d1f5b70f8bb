"""A call means the same wherever it is carried out."""

from __future__ import annotations

import numpy as np
import torch

from autograde.call import Call, Target, perform
from autograde.exercise import Learner


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
