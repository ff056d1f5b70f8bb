"""The outer box of the red team: started once, refused where it cannot be had. And the table of its runs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from outer import Outer, why_not
from table import Line, printed

pytest.register_assert_rewrite("every")  # so that a sample that is not contained is named


@pytest.fixture(scope="session")
def outer() -> Iterator[Outer]:
    reason = why_not()
    if reason:
        pytest.skip(f"nothing hostile is started: {reason}")
    box = Outer()
    yield box
    box.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print one table of all ways in that were tried, in whichever process."""
    reports = [each for kind in ("passed", "failed") for each in terminalreporter.stats.get(kind, [])]
    lines = [Line(*value) for each in reports for name, value in each.user_properties if name == "redteam"]
    if lines:
        terminalreporter.section("red team")
        terminalreporter.write_line(printed(sorted(lines)))
