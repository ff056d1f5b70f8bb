"""Growth exponents and what checks may demand of them."""

from __future__ import annotations

import pytest

from autograde.compare import Mismatch
from autograde.growth import expect_growth, expect_growth_outside, growth_exponent

LENGTHS = (64, 128, 256)


@pytest.mark.parametrize("power", [0.0, 1.0, 2.0, 2.5])
def test_the_exponent_of_a_power_law_is_its_power(power):
    assert growth_exponent(LENGTHS, [7 * n**power for n in LENGTHS]) == pytest.approx(power)


def test_the_exponent_is_a_least_squares_fit_over_all_lengths():
    # log2: x = 0, 1, 2 and y = 0, 3, 2; slope = (-1 * 0 + 0 * 3 + 1 * 2) / 2
    assert growth_exponent([1, 2, 4], [1, 8, 4]) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("lengths", "costs"), [([4], [4]), ([4, 4], [1, 2]), ([1, 2], [1]), ([1, 2], [0, 1]), ([-1, 2], [1, 1])]
)
def test_what_has_no_exponent_is_refused(lengths, costs):
    with pytest.raises(ValueError, match="expected"):
        growth_exponent(lengths, costs)


def test_a_linear_claim_accepts_linear_costs_and_refuses_quadratic_ones():
    expect_growth("flops", LENGTHS, [5 * n + 900 for n in LENGTHS], below=1.3)
    with pytest.raises(Mismatch, match=r"slower than length\^1.3, got length\^2.00 from length 64 to 256"):
        expect_growth("flops", LENGTHS, [n * n for n in LENGTHS], below=1.3)


def test_a_quadratic_claim_refuses_linear_costs():
    expect_growth("flops", LENGTHS, [n * n for n in LENGTHS], above=1.7)
    with pytest.raises(Mismatch, match="faster"):
        expect_growth("flops", LENGTHS, [9 * n for n in LENGTHS], above=1.7)


def test_a_count_below_the_minimum_was_evaded():
    with pytest.raises(Mismatch, match="less than the result needs"):
        expect_growth("flops", LENGTHS, list(LENGTHS), below=1.3, at_least=[8 * n for n in LENGTHS])
    with pytest.raises(Mismatch, match="less than the result needs"):
        expect_growth("flops", LENGTHS, [0, 0, 0], below=1.3)


def of_powers(memory, cpu):
    return lambda n: {"peak_bytes": 4096 * n**memory, "cpu_s": 1e-3 * n**cpu}


def test_what_the_kernel_saw_must_be_linear_in_memory_and_in_time():
    expect_growth_outside(LENGTHS, of_powers(1.2, 1.3))
    with pytest.raises(Mismatch, match="memory: expected growth slower"):
        expect_growth_outside(LENGTHS, of_powers(2, 1))
    with pytest.raises(Mismatch, match="processor time: expected growth slower"):
        expect_growth_outside(LENGTHS, of_powers(1, 2))
    expect_growth_outside(LENGTHS, of_powers(1, 2), kinds=("peak_bytes",))


def test_what_the_kernel_cannot_tell_from_nothing_does_not_grow():
    expect_growth_outside((64, 256), lambda n: {"peak_bytes": (4 << 20) * (n > 64), "cpu_s": 0.02 * (n > 64)})


@pytest.mark.parametrize("disturbed", [(0,), (2,), (1, 2)])
def test_one_call_that_other_work_made_dearer_is_measured_again(disturbed):
    asked = []

    def measured(n):
        asked.append(n)
        factor = 20 if len(asked) - 1 in disturbed else 1
        return {"peak_bytes": 4096 * n, "cpu_s": 1e-2 * n * factor}

    expect_growth_outside(LENGTHS, measured)
    assert len(asked) == (3 if disturbed == (0,) else 6)
