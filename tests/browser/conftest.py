"""JupyterLab on a folder of its own, and a Chromium page that asks nobody outside this machine."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from jupyterlab_here import Lab, chromium, serving_lab
from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parent.parent.parent
INSIDE = ("http://127.0.0.1", "ws://127.0.0.1", "file:", "data:", "blob:", "about:")


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
    context = browser.new_context(viewport={"width": 1200, "height": 1000})
    context.route(lambda url: not url.startswith(INSIDE), _refuse)
    page = context.new_page()
    asked_for: list[str] = []
    page.on("request", lambda request: asked_for.append(request.url))
    page.set_default_timeout(60_000)
    yield page
    context.close()
    assert [url for url in asked_for if not url.startswith(INSIDE)] == []


def _refuse(route: object) -> None:
    route.abort()  # type: ignore[attr-defined]
