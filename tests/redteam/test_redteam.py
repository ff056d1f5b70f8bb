"""Every file in samples/ is a hostile submission; its first line says which verdict it must get."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from outer import Outer

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.py"))
LONGEST_S = 6.0
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]")

pytestmark = pytest.mark.redteam


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_hostile_sample_is_contained_and_the_next_submission_is_judged(outer: Outer, sample: Path) -> None:
    expected = re.match(r'"""(\w+): ', sample.read_text())
    assert expected is not None, "the first line names the verdict"
    found = outer.ask("sample", name=sample.name)
    assert found["verdict"] == expected[1], found
    assert found["honest"] == "accepted"
    assert found["survivors"] == 0
    assert found["wall_s"] < LONGEST_S
    assert not CONTROL.search(found["message"])
