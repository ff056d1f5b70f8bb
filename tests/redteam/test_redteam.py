"""Every sample, by every way in: it gets what its first line says, and leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from outer import run_way, why_not
from sample import KEPT, SAMPLES, Sample, samples
from table import Line, printed

WAYS = [
    ("judge", "full"),
    ("judge", "standard"),
    ("judge", "filtered"),
    ("grade", "full"),
    ("nbgrader", "full"),
    ("button", "full"),
]
GROUPS = {
    *("lying", "patching", "mutating", "leaving", "signals", "forging", "reading", "writing", "package"),
    *("archive", "notebook", "resources", "network", "rules", "memorising", "regions"),
}

pytestmark = pytest.mark.redteam


@pytest.mark.parametrize(("way", "level"), WAYS)
def test_every_sample_gets_what_it_deserves(
    way: str, level: str, record_property: Callable[[str, object], None]
) -> None:
    reason = why_not()
    if reason:
        pytest.skip(f"nothing hostile is started: {reason}")
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
    record_property("redteam", [*vars(line).values()])
    assert rows.keys() == {sample.name for sample in tried}
    assert wrong == {}
    assert found["survivors"] == []


def right(sample: Sample, row: dict[str, Any]) -> bool:
    return (row["verdict"], row["costs"], row["tells"]) == (sample.verdict, sample.costs, "")


def said(sample: Sample, row: dict[str, Any]) -> str:
    tells = f", and tells {row['tells']!r}" if row["tells"] else ""
    return (
        f"expected {sample.verdict} for {sample.costs:g} points, "
        f"got {row['verdict']} for {row['costs']:g}{tells}: {row['said'][:300]}"
    )


def test_there_are_samples_of_every_kind_and_look_alikes_beside_them() -> None:
    found = samples()
    assert len(found) >= 120
    assert len({sample.name for sample in found}) == len(found)
    assert {sample.group for sample in found} >= GROUPS
    for group in GROUPS:
        assert any(not sample.honest for sample in found if sample.group == group), group
    assert sum(sample.honest for sample in found) >= 20


def test_a_sample_that_looks_harmless_earns_its_points() -> None:
    assert [sample.name for sample in samples() if sample.honest and sample.verdict != KEPT] == [
        "m_learner_honest_and_wrong"
    ]


def test_every_file_is_a_sample() -> None:
    assert sorted(SAMPLES.rglob("*.py")) == sorted(SAMPLES.glob("*/*.py"))


def test_the_table_adds_up() -> None:
    lines = [Line("grade", "full", 100, 99, 20, 1, 0, 12.4), Line("judge", "full", 90, 90, 20, 0, 2, 30.4)]
    rows = [row.split() for row in printed(lines).splitlines()]
    assert rows[1] == ["grade", "full", "100", "99", "20", "1", "0", "12"]
    assert rows[-1] == ["in", "all", "190", "189", "40", "1", "2", "43"]


README = (Path(__file__).resolve().parent.parent.parent / "README.md").read_text()


def test_the_readme_says_what_is_tried() -> None:
    found = samples()
    hostile = sum(sum(not each.honest and each.applies(way) for each in found) for way, _ in WAYS)
    look_alikes = sum(sum(each.honest and each.applies(way) for each in found) for way, _ in WAYS)
    assert f"{len(found)} samples" in README
    assert f"{hostile:,} of {hostile:,} contained, 0 of {look_alikes:,} look-alikes" in README
