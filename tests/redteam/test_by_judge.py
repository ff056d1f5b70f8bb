"""`autograde judge` for each sample, at three levels of the sandbox."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from every import LEVELS, try_all

pytestmark = pytest.mark.redteam


@pytest.mark.parametrize("level", LEVELS["judge"])
def test_every_sample_gets_what_it_deserves(
    level: str, record_property: Callable[[str, object], None]
) -> None:
    try_all("judge", level, record_property)
