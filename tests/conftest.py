"""What every test may use: the course, one warm sandbox, the reference's sources."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import tiny

from autograde.classroom.grading import warm_grader
from autograde.course.course import Course
from autograde.course.submission import read_sources
from autograde.instruments import pretend_device
from autograde.nbgrader_plugins.cycle import Nbgrader
from autograde.sandbox.sandbox import Sandbox

ROOT = Path(__file__).resolve().parent.parent

# One process runs many tests; what a library asks once, it is told before the first of them.
os.environ["TRITON_INTERPRET"] = "1"  # Triton asks when it is imported
pretend_device.device()  # torch asks at the first backward pass


LONGEST_FIRST = ("redteam", "browser", "notebooks", "slow")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that none is left alone with one at the end."""
    rank: dict[Path, int] = {}
    for item in items:
        found = [place for place, mark in enumerate(LONGEST_FIRST) if mark in item.keywords]
        rank[item.path] = min([*found, rank.get(item.path, len(LONGEST_FIRST))])
    items.sort(key=lambda item: rank[item.path])


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def course() -> Course:
    return Course(ROOT, secret="tests")


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as warm:
        yield warm


@pytest.fixture(scope="session")
def reference() -> Mapping[str, bytes]:
    return read_sources(ROOT / "solutions", "attnlib")


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return where the course lies in each test: always the same folder, so one process grades them all."""
    root = tmp_path_factory.mktemp("class") / "course"
    yield root
    warm_grader(root).close()


@pytest.fixture
def nbgrader(place: Path, monkeypatch: pytest.MonkeyPatch) -> Nbgrader:
    """Return the tiny course, released, nothing handed in; a file of tests may have its own."""
    shutil.rmtree(place, ignore_errors=True)
    monkeypatch.chdir(tiny.released(place))
    return Nbgrader(place)
