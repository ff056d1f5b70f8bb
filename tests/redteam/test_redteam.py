"""The samples are of every kind, each is found, and the readme says how many there are."""

from __future__ import annotations

from pathlib import Path

import pytest
from every import LEVELS
from kept import kept
from outer import ROOT, SHOWN
from sample import KEPT, SAMPLES, samples
from table import Line, printed

GROUPS = {
    *("lying", "patching", "mutating", "leaving", "signals", "forging", "reading", "writing", "package"),
    *("archive", "notebook", "resources", "network", "rules", "memorising", "regions"),
}

pytestmark = pytest.mark.redteam


def test_there_are_samples_of_every_kind_and_look_alikes_beside_them() -> None:
    found = samples()
    assert len(found) >= 120
    assert len({sample.name for sample in found}) == len(found)
    assert {sample.group for sample in found} >= GROUPS
    for group in GROUPS:
        assert any(not sample.honest for sample in found if sample.group == group), group
    assert sum(sample.honest for sample in found) >= 20


def test_every_way_has_its_file() -> None:
    assert {path.stem.removeprefix("test_by_") for path in HERE.glob("test_by_*.py")} == LEVELS.keys()


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


def test_the_table_says_what_is_kept() -> None:
    lines = [Line("grade", "full", 100, 100, 20, 0, 0, 12.4, True), Line("judge", "full", 9, 9, 2, 0, 0, 3.0)]
    rows = [row.split() for row in printed(lines).splitlines()]
    assert rows[1][-1] == "kept"
    assert rows[-1] == ["in", "all", "109", "109", "22", "0", "0", "15"]


def test_a_line_is_kept_until_a_file_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FRESH", raising=False)
    shown, cache = tmp_path / "shown", tmp_path / "cache"
    for name in ("engine/judge.py", "samples/a.py"):
        (shown / name).parent.mkdir(parents=True)
        (shown / name).write_text("1")
    kept("judge", "full", [shown], cache).write({"line": [1, 1, 0, 0, 0, 2.5]})
    assert kept("judge", "full", [shown], cache).find("line") == [1, 1, 0, 0, 0, 2.5]
    assert kept("judge", "standard", [shown], cache).find("line") is None
    monkeypatch.setenv("FRESH", "1")
    assert kept("judge", "full", [shown], cache).find("line") is None
    monkeypatch.delenv("FRESH")
    (shown / "samples/a.py").write_text("2")
    assert kept("judge", "full", [shown], cache).find("line") is None


def test_what_is_kept_depends_on_the_engine_the_course_and_the_samples() -> None:
    assert {ROOT / "autograde", ROOT / "solutions", SAMPLES.parent, ROOT / "nbgrader_config.py"} <= {*SHOWN}


HERE = Path(__file__).resolve().parent
README = (HERE.parent.parent / "README.md").read_text()


def test_the_readme_says_what_is_tried() -> None:
    found = samples()
    ways = [way for way, levels in LEVELS.items() for _ in levels]
    hostile = sum(sum(not each.honest and each.applies(way) for each in found) for way in ways)
    look_alikes = sum(sum(each.honest and each.applies(way) for each in found) for way in ways)
    assert f"{len(found)} samples" in README
    assert f"{hostile:,} of {hostile:,} contained, 0 of {look_alikes:,} look-alikes" in README
