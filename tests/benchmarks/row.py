"""One line of a benchmark."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Row:
    """What was measured, in `unit`; `wanted` is the most that the median may be, or None."""

    name: str
    values: tuple[float, ...]
    unit: str = "ms"
    wanted: float | None = None

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def slow(self) -> float:
        """The ninth decile."""
        return sorted(self.values)[int(0.9 * (len(self.values) - 1))]

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"median": self.median}


def timed(action: Callable[[], object], runs: int) -> tuple[float, ...]:
    """Return how long each of several runs takes, in milliseconds."""
    values = []
    for _ in range(runs):
        start = time.perf_counter()
        action()
        values.append((time.perf_counter() - start) * 1e3)
    return tuple(values)
