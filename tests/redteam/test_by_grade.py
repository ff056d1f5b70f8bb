"""`autograde grade` for a class of samples."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from every import LEVELS, try_all

pytestmark = pytest.mark.redteam


@pytest.mark.parametrize("level", LEVELS["grade"])
def test_every_sample_gets_what_it_deserves(
    level: str, record_property: Callable[[str, object], None]
) -> None:
    try_all("grade", level, record_property)
