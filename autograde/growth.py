"""How a cost grows with the length of the input, judged from counts and from what the kernel says."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np

from autograde.compare import Mismatch, expect
from autograde.errors import explain

OUTSIDE = {"peak_bytes": ("memory", 4 << 20, 1.5), "cpu_s": ("processor time", 0.02, 1.7)}
"""What a measured call tells: its name, how much of it cannot be told from nothing, and what is linear.

With caches that are full, linear work was seen at 1.3; quadratic work is at 2.0 and more.
"""


def growth_exponent(lengths: Sequence[float], costs: Sequence[float]) -> float:
    """Return p where the costs grow as lengths ** p: the slope of log cost on log length, by least squares.

    Args:
        lengths: two or more different lengths, all positive.
        costs: the cost at each length, all positive.

    Raises:
        ValueError: different numbers of lengths and costs, fewer than two, or one that is not positive.
    """
    x, y = np.asarray(lengths, float), np.asarray(costs, float)
    if x.shape != y.shape or x.ndim != 1 or len(set(x.tolist())) < 2:
        raise ValueError(explain("costs", "one for each of two or more lengths", f"{len(y)} for {len(x)}"))
    if (x <= 0).any() or (y <= 0).any():
        raise ValueError(explain("lengths and costs", "positive numbers", min(x.min(), y.min())))
    log_x, log_y = np.log(x) - np.log(x).mean(), np.log(y)
    return float(log_x @ log_y / (log_x @ log_x))


def expect_growth(
    what: str,
    lengths: Sequence[int],
    costs: Sequence[float],
    *,
    below: float | None = None,
    above: float | None = None,
    at_least: Sequence[int] | None = None,
) -> None:
    """Expect counts that grow with the length as fast as a claim says.

    Linear is `below=1.3`, quadratic `above=1.7`: the margins leave room for constant and lower terms.

    Args:
        what: what was counted: "flops", "peak bytes".
        lengths: of the input, two or more.
        costs: the count at each length.
        below: the growth exponent must be smaller than this.
        above: the growth exponent must be larger than this.
        at_least: what no right solution stays under, at each length: a count below has been evaded.
    """
    floor = at_least or [1] * len(costs)
    for length, cost, least in zip(lengths, costs, floor, strict=True):
        expect(
            cost >= least,
            f"{what}: {cost} counted at length {length} is less than the result needs. "
            "Work with NumPy or torch on the arguments themselves, so that the work can be counted.",
        )
    found = growth_exponent(lengths, costs)
    measured = f"length^{found:.2f} from length {min(lengths)} to {max(lengths)}"
    if below is not None and found >= below:
        message = explain(
            what, f"growth slower than length^{below}", measured, "Which array has a side too many?"
        )
        raise Mismatch(message, "growth", found)
    if above is not None and found <= above:
        raise Mismatch(explain(what, f"growth faster than length^{above}", measured), "growth", found)


def expect_growth_outside(
    lengths: Sequence[int],
    measured: Callable[[int], Mapping[str, float]],
    kinds: Collection[str] = ("peak_bytes", "cpu_s"),
) -> None:
    """Expect memory and processor time, as the kernel saw them, to grow as the length does.

    What else a machine does makes a call dearer, never cheaper: growth that is too fast is measured once
    more, and the least of both counts.

    Args:
        lengths: of the input, two or more; the longest so long that what must not be done takes seconds.
        measured: answers what `learner.f.measured` does, at a length.
        kinds: which of the two.
    """
    costs = [measured(length) for length in lengths]
    try:
        _expect_linear(lengths, costs, kinds)
    except Mismatch:
        repeated = [measured(length) for length in lengths]
        pairs = zip(costs, repeated, strict=True)
        _expect_linear(lengths, [{kind: min(a[kind], b[kind]) for kind in kinds} for a, b in pairs], kinds)


def _expect_linear(
    lengths: Sequence[int], costs: Sequence[Mapping[str, float]], kinds: Collection[str]
) -> None:
    for kind in kinds:
        what, least, below = OUTSIDE[kind]
        told = [max(each[kind], least) for each in costs]
        expect_growth(what, lengths, told, below=below, at_least=[0] * len(told))
