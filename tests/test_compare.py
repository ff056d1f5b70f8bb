from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
import torch

from autograde.compare import (
    Mismatch,
    distance,
    expect,
    expect_close,
    expect_dtype,
    expect_equal,
    expect_precise,
    expect_shape,
    expect_unchanged,
)

A = np.arange(12.0).reshape(3, 4) + 1


def message_of(action: Callable[[], None]) -> str:
    with pytest.raises(Mismatch) as caught:
        action()
    return caught.value.message


def one_off(array: np.ndarray, index: tuple[int | slice, ...]) -> np.ndarray:
    changed = array.copy()
    changed[index] += 1
    return changed


@pytest.mark.parametrize(
    ("actual", "says"),
    [
        (None, "got None. Does the function end with a return?"),
        ([[1.0]], "expected a NumPy array, got a list"),
        (A.T, "expected shape (3, 4), got (4, 3). The last two axes are swapped."),
        (A[:, :1], "expected shape (3, 4), got (3, 1)"),
        (A * 2, "every number is 2 times what it should be"),
        (A + 3, "every number is 3 too large"),
        (-A, "the sign is wrong everywhere"),
        (A * 0, "every number is 0"),
        (A * 0 + 7, "every number is the same"),
        (A * (1 + 3e-5), "it agrees to about 4 digits only."),
        (one_off(A, (1,)), "only row 1 is off"),
        (one_off(A, (slice(None), 2)), "only column 2 is off"),
        (np.where(A == 5, np.nan, A), "expected a finite number, got NaN first at [1, 0]"),
        (np.where(A == 5, np.inf, A), "got inf first at [1, 0]"),
        (A.astype(complex), "expected real numbers, got dtype complex128"),
        (A > 3, "expected numbers, got dtype bool"),
        (torch.from_numpy(A), "expected a NumPy array, got a Tensor"),
        (A.astype(object), "expected real numbers, got dtype object"),
    ],
)
def test_expect_close_says_in_what_way_an_array_is_off(actual: object, says: str) -> None:
    assert says in message_of(lambda: expect_close("weights", actual, A))


def test_expect_close_never_shows_an_expected_number() -> None:
    secret = np.array([[31.41592, 27.18281], [16.18033, 14.14213]])
    for actual in (secret + 1, secret * 1.5, secret.T, one_off(secret, (0, 1)), np.zeros((2, 2))):
        text = message_of(partial(expect_close, "weights", actual, secret))
        assert not any(f"{number:.2f}" in text for number in secret.flat)


@pytest.mark.parametrize("actual", [A, A + 1e-12, np.asfortranarray(A)])
def test_expect_close_accepts_rounding(actual: np.ndarray) -> None:
    expect_close("weights", actual, A)


def test_expect_close_takes_the_tolerance_from_the_expected_dtype() -> None:
    expect_close("weights", A.astype(np.float32) * (1 + 1e-6), A.astype(np.float32))
    expect_close("weights", A * (1 + 1e-6), A)
    with pytest.raises(Mismatch):
        expect_close("weights", A * (1 + 1e-4), A)
    expect_close("output", torch.ones(3).half() * 1.001, torch.ones(3).half())


def test_nine_digits_are_asked_for_where_a_check_says_so() -> None:
    expect_precise("weights", A * (1 + 1e-12), A)
    assert message_of(lambda: expect_precise("weights", A + 1e-6, A)).endswith("about 7 digits only.")


THIRDS = A / 3


@pytest.mark.parametrize(
    ("actual", "asked"),
    [
        (THIRDS.astype(np.float32), True),
        (THIRDS.astype(np.float32).astype(np.float64), True),
        (THIRDS + 1e-6, False),
        (np.round(THIRDS, 6), False),
        (THIRDS.astype(np.float32).astype(np.float64) * (1 + 1e-12), False),
    ],
)
def test_float32_is_asked_about_where_float32_holds_every_number(actual: np.ndarray, asked: bool) -> None:
    message = message_of(lambda: expect_precise("weights", actual, THIRDS))
    assert ("Is something computed in float32?" in message) == asked


@pytest.mark.parametrize("actual", [3.0, np.float64(3), np.array(3.0), 3])
def test_expect_close_accepts_any_kind_of_number_for_a_number(actual: object) -> None:
    expect_close("variance", actual, 3.0)


@pytest.mark.parametrize("actual", [True, "3", None, [3.0], np.array([3.0])])
def test_expect_close_refuses_what_is_not_a_number(actual: object) -> None:
    with pytest.raises(Mismatch):
        expect_close("variance", actual, 3.0)


def test_expect_close_compares_infinities_by_place() -> None:
    want = np.array([0.0, -np.inf])
    expect_close("scores", want.copy(), want)
    assert "expected -inf in some places" in message_of(lambda: expect_close("scores", np.zeros(2), want))


def test_expect_close_on_masks() -> None:
    mask = np.tril(np.ones((3, 3), bool))
    expect_close("mask", mask.copy(), mask)
    assert "inverted: True where False belongs" in message_of(lambda: expect_close("mask", ~mask, mask))
    assert "transposed" in message_of(lambda: expect_close("mask", mask.T, mask))
    assert "dtype bool" in message_of(lambda: expect_close("mask", mask * 1.0, mask))


@pytest.mark.parametrize(
    ("actual", "expected", "right"),
    [
        (6, 6, True),
        (np.int64(6), 6, True),
        (6.0, 6, False),
        (True, 1, False),
        ((3, 4), (3, 4), True),
        ([3, 4], (3, 4), True),
        ((4, 3), (3, 4), False),
        ((3,), (3, 4), False),
        ({"a": (1, 2)}, {"a": (1, 2)}, True),
        ({"a": (1, 2)}, {"b": (1, 2)}, False),
        ("cat", "cat", True),
        (None, 6, False),
    ],
)
def test_expect_equal(actual: object, expected: object, right: bool) -> None:
    if right:
        expect_equal("answer", actual, expected)
    else:
        with pytest.raises(Mismatch):
            expect_equal("answer", actual, expected)


@pytest.mark.parametrize(
    ("actual", "message"),
    [
        ({"a": (1, 2), "b": 5}, "sizes['b']: 5 is not right."),
        ({"a": (1, 2, 3), "b": 4}, "sizes['a']: expected 2 items, got 3."),
        (
            {"a": (1, 2), "b": 4.0},
            "sizes['b']: expected a whole number, got a float. Is there a / where // belongs?",
        ),
        ({"as": (1, 2), "b": 4}, "sizes: expected an entry 'a', got ['as', 'b']."),
        ({"a": (1, 2), "b": 4, "c": 1}, "sizes: {'a': (1, 2), 'b': 4, 'c': 1} is not right."),
    ],
)
def test_of_a_dictionary_the_entry_that_is_wrong_is_named(actual: object, message: str) -> None:
    with pytest.raises(Mismatch) as caught:
        expect_equal("sizes", actual, {"a": (1, 2), "b": 4})
    assert caught.value.message == message


def test_the_other_expectations_fail_when_they_should() -> None:
    expect(True, "")
    expect_shape("x", A, (3, 4))
    expect_dtype("x", A, np.float64)
    expect_unchanged("x", A.copy(), A)
    for action in (
        lambda: expect(False, "rows: expected sums of 1"),
        lambda: expect_shape("x", A, (4, 3)),
        lambda: expect_shape("x", 3, (4, 3)),
        lambda: expect_dtype("x", A, np.float32),
        lambda: expect_dtype("x", None, np.float32),
        lambda: expect_unchanged("x", A + 1, A),
    ):
        with pytest.raises(Mismatch):
            action()


def test_a_large_array_of_another_shape_costs_nothing() -> None:
    large = np.zeros(8 << 20, np.int8)
    tracemalloc.start()
    try:
        with pytest.raises(Mismatch):
            expect_close("weights", large, np.zeros(3))
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak_bytes < 1 << 20


def test_the_distance_of_two_answers_is_relative_to_the_second() -> None:
    assert distance(A, A) == 0.0
    assert distance(A + 12e-9, A) == pytest.approx(1e-9)
    assert distance([A, (A * 1.5, 3)], (A, [A, 3])) == pytest.approx(0.5)
    assert distance(np.array([1.0, np.nan]), np.array([1.0, np.nan])) == 0.0
    assert distance({"a": 3, "b": "cat"}, {"a": 3.0, "b": "cat"}) == 0.0
    assert distance(A + 1e-9j, A + 0j) < 1e-9
    assert distance(torch.ones(2), torch.ones(2).double()) == 0.0


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (A, A.T),
        (A > 2, A),
        (A + 0j, A),
        (True, 1),
        (3, 4),
        (2**80, 2**80 + 1),
        ("cat", "hat"),
        (None, 0.0),
        (np.array([1.0, np.nan]), np.array([1.0, 2.0])),
        (np.array([1.0, np.inf]), np.array([1.0, -np.inf])),
        (np.ones(2), np.zeros(2)),
        ([1, 2], [1, 2, 3]),
        ({"a": 1}, {"b": 1}),
    ],
)
def test_what_cannot_be_near_is_infinitely_far(left: object, right: object) -> None:
    assert distance(left, right) == np.inf


def test_swapped_axes_are_said_to_be_swapped_where_they_are() -> None:
    assert "swapped" not in message_of(lambda: expect_close("weights", A.T + 1, A))
    assert "swapped" not in message_of(lambda: expect_shape("weights", A.T, A.shape))


def test_a_list_is_asked_for_where_a_list_is_expected() -> None:
    assert (
        message_of(lambda: expect_equal("tokens", "cat", ["cat"])) == "tokens: expected a list, got a string."
    )
    expect_equal("tokens", ("cat",), ["cat"])


@pytest.mark.parametrize("actual", [3 + 0j, np.complex64(3), np.array(3 + 0j)])
def test_complex_numbers_are_named(actual: object) -> None:
    assert "complex" in message_of(lambda: expect_close("variance", actual, 3.0))
    assert "a complex number" in message_of(lambda: expect_equal("variance", actual, 3))
