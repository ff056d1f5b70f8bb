"""What every test may use: the course, one warm sandbox, the reference's sources."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from autograde.course.course import Course
from autograde.course.submission import read_sources
from autograde.instruments import pretend_device
from autograde.sandbox.sandbox import Sandbox

ROOT = Path(__file__).resolve().parent.parent

# One process runs many tests; what a library asks once, it is told before the first of them.
os.environ["TRITON_INTERPRET"] = "1"  # Triton asks when it is imported
pretend_device.device()  # torch asks at the first backward pass


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
