"""JupyterLab on a folder of its own, and a Chromium page that asks nobody outside this machine."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from jupyterlab_here import Lab, chromium, offline, serving_lab
from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Start JupyterLab on a folder that holds `attnlib` alone."""
    home = tmp_path_factory.mktemp("lab")
    shutil.copytree(ROOT / "attnlib", home / "course" / "attnlib")
    with serving_lab(home) as started:
        yield started


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium."""
    with chromium() as started:
        yield started


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Open a page without a network. What it asks for outside this machine fails the test."""
    with offline(browser) as opened:
        yield opened


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Page]:
    """Open a page that stays for the tests of a file: JupyterLab loads for seconds."""
    with offline(browser) as opened:
        yield opened
