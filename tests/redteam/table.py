"""The table that a run of the red team prints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Any

HEADINGS = ("way in", "level", "hostile", "contained", "look-alikes", "false alarms", "survivors", "seconds")


@dataclass(frozen=True, order=True)
class Line:
    """One way in: how many samples there were, and what became of them.

    Kept is what an earlier run on this machine found: see `kept.py`.
    """

    way: str
    level: str
    hostile: int
    contained: int
    look_alikes: int
    false_alarms: int
    survivors: int
    seconds: float
    kept: bool = False


def in_all(lines: Sequence[Line]) -> Line:
    """Return the sums."""
    columns = zip(*(_numbers(line) for line in lines), strict=True)
    sums: list[Any] = [*map(sum, columns)]
    return Line("in all", "", *sums)


def printed(lines: Sequence[Line]) -> str:
    """Return the lines and their sum as a table."""
    rows = [HEADINGS, *(_cells(line) for line in (*lines, in_all(lines)))]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    aligned = "  ".join(f"{{:{'<' if at < 2 else '>'}{width}}}" for at, width in enumerate(widths))
    return "\n".join(aligned.format(*row) for row in rows)


def _cells(line: Line) -> tuple[str, ...]:
    *counts, seconds = (f"{value:.0f}" for value in _numbers(line))
    return (line.way, line.level, *counts, "kept" if line.kept else seconds)


def _numbers(line: Line) -> tuple[float, ...]:
    return astuple(line)[2 : len(HEADINGS)]
