"""The words for an input that exposes a wrong function: what comes from a submission is bounded first."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

from autograde.compare import Mismatch
from autograde.expose import (
    expect_array,
    expect_exposed,
    expect_fewest,
    expect_mask,
    expect_parts,
    expect_whole,
    expect_word,
)


def message_of(ask: Callable[[], object]) -> str:
    with pytest.raises(Mismatch) as caught:
        ask()
    return caught.value.message


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "Does the function end with a return?"),
        ([[1.0]], "Wrap it in np.array(...)."),
        (np.zeros(3), "shape (rows, columns), no axis empty, got (3,)"),
        (np.zeros((0, 3)), "no axis empty"),
        (np.zeros((9, 9)), "at most 64 numbers, got 81"),
        (np.array([["a"]]), "real numbers"),
        (np.array([[True]]), "real numbers, got dtype bool"),
        (np.array([[1j]]), "real numbers"),
        (np.array([[np.nan]]), "finite numbers"),
        (np.array([[-np.inf]]), "finite numbers"),
        (np.array([[2e6]]), "between -1,000,000 and 1,000,000"),
    ],
)
def test_an_array_that_is_not_small_and_finite_is_refused(value: object, said: str) -> None:
    assert said in message_of(lambda: expect_array("x", value, "rows columns"))


def test_an_array_of_any_real_numbers_arrives_as_float64() -> None:
    found = expect_array("x", np.array([[1, 255]], np.uint8), "rows columns")
    assert found.dtype == np.float64
    assert found.tolist() == [[1.0, 255.0]]


def test_masks_whole_numbers_and_parts_are_what_they_should_be() -> None:
    assert "shape (1, 2)" in message_of(lambda: expect_mask("mask", np.array([[True]]), (1, 2)))
    assert "dtype bool" in message_of(lambda: expect_mask("mask", np.ones((1, 2)), (1, 2)))
    assert expect_whole("n", np.int64(2)) == 2
    for wrong in (True, 2.0, None, 0, 65):
        assert "n: expected a" in message_of(partial(expect_whole, "n", wrong))
    assert expect_parts("x, n", [1, 2], 2) == (1, 2)
    assert "2 values, got 3" in message_of(lambda: expect_parts("x, n", (1, 2, 3), 2))
    assert "got a value of type ndarray" in message_of(lambda: expect_parts("x, n", np.ones(2), 2))
    words = ("low", "high")
    assert expect_word("word", "high", words) == "high"
    assert "one of low, high, got another word" in message_of(lambda: expect_word("word", "", words))
    assert "a value of type int" in message_of(lambda: expect_word("word", 3, words))


def test_two_answers_differ_from_a_hundredth_on() -> None:
    right = np.array([0.0, 10.0])
    assert "the same from both" in message_of(lambda: expect_exposed("f", right=right, wrong=right + 0.09))
    expect_exposed("f", right=right, wrong=right + 0.11)
    expect_exposed("f", right=right, wrong=np.array([0.0, np.nan]))
    expect_exposed("f", right=right, wrong=np.zeros(3))
    assert "finite" in message_of(lambda: expect_exposed("f", right=np.array([np.nan]), wrong=np.ones(1)))


def test_fewer_than_the_fewest_is_right_too() -> None:
    expect_fewest("numbers", 2, 2)
    said = message_of(lambda: expect_fewest("numbers", 3, 2))
    assert said == "numbers: expected as few as possible, got 3. Which of them can go?"
