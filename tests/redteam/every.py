"""What each file `test_by_<way>.py` says of its way in: every sample gets what its first line says.

A file for each way, as a file stays in one process of a run: the ways are tried side by side.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple, replace
from typing import Any

import pytest
from kept import kept
from outer import run_way, why_not
from sample import Sample, samples
from table import Line

LEVELS = {
    "judge": ("full", "standard", "filtered"),
    "grade": ("full",),
    "nbgrader": ("full",),
    "button": ("full",),
}
"""The ways in, each with the levels of the sandbox at which it is tried."""


def tried_by(way: str) -> Callable[..., None]:
    """Return the test of one way in."""

    @pytest.mark.redteam
    @pytest.mark.parametrize("level", LEVELS[way])
    def test(level: str, record_property: Callable[[str, object], None]) -> None:
        try_all(way, level, record_property)

    return test


def try_all(way: str, level: str, record_property: Callable[[str, object], None]) -> None:
    """Hand in every sample by one way in, leave a line of the table, and fail where one is not contained.

    Where all was right before on this machine, and nothing has changed since, that is said instead.
    """
    reason = why_not()
    if reason:
        pytest.skip(f"nothing hostile is started: {reason}")
    before = kept(way, level)
    if known := before.find("line"):
        record_property("redteam", known)
        return
    found = run_way(way, level)
    tried = [sample for sample in samples() if sample.applies(way)]
    rows = found["rows"]
    wrong = {
        sample.name: said(sample, rows[sample.name])
        for sample in tried
        if not right(sample, rows[sample.name])
    }
    look_alikes = {sample.name for sample in tried if sample.honest}
    line = Line(
        way,
        level,
        hostile=len(tried) - len(look_alikes),
        contained=len(tried) - len(look_alikes) - len(wrong.keys() - look_alikes),
        look_alikes=len(look_alikes),
        false_alarms=len(wrong.keys() & look_alikes),
        survivors=len(found["survivors"]),
        seconds=found["wall_s"],
    )
    record_property("redteam", [*astuple(line)])
    assert rows.keys() == {sample.name for sample in tried}
    assert not wrong, "\n".join(wrong.values())
    assert found["survivors"] == []
    before.write({"line": [*astuple(replace(line, kept=True))]})


def right(sample: Sample, row: dict[str, Any]) -> bool:
    return (row["verdict"], row["costs"], row["tells"]) == (sample.verdict, sample.costs, "")


def said(sample: Sample, row: dict[str, Any]) -> str:
    tells = f", and tells {row['tells']!r}" if row["tells"] else ""
    return (
        f"{sample.name}: expected {sample.verdict} for {sample.costs:g} points, "
        f"got {row['verdict']} for {row['costs']:g}{tells}: {row['said'][:1500]}"
    )
