"""The outer box of the red team: started once, refused where it cannot be had."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from outer import Outer, why_not


@pytest.fixture(scope="session")
def outer() -> Iterator[Outer]:
    reason = why_not()
    if reason:
        pytest.skip(f"nothing hostile is started: {reason}")
    box = Outer()
    yield box
    box.close()
