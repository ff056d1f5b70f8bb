"""JupyterLab on a folder of its own, for tests and for pictures."""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, TimeoutError, ViewportSize, sync_playwright
from serving import free_port, running

from autograde.practice.served import FILES, STARTUP

CHROMIUM = "/usr/bin/chromium"
AXE = Axe()
VIEWPORT: ViewportSize = {"width": 1200, "height": 1000}
INSIDE = ("http://127.0.0.1", "ws://127.0.0.1", "file:", "data:", "blob:", "about:")
ALONE = """async path => {
    const { commands, restored, serviceManager, shell } = window.jupyterapp;
    await restored;
    for (const widget of [...shell.widgets("main")]) widget.dispose();
    await serviceManager.sessions.shutdownAll().catch(() => {});  // one whose kernel restarts is gone already
    await commands.execute("docmanager:open", { path });
}"""


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab and the folder that it serves."""

    folder: Path
    url: str
    token: str

    def answers(self) -> bool:
        """Return whether the server answers."""
        urllib.request.urlopen(f"{self.url}/api?token={self.token}", timeout=1).close()
        return True

    def open(self, page: Page, path: str, *, theme: str = "JupyterLab Light") -> None:
        """Open one notebook alone, with a theme: in a fresh workspace, or in the page as it is open."""
        if page.url.startswith(f"{self.url}/lab/"):
            page.evaluate(ALONE, path)
            change_theme(page, theme.removeprefix("JupyterLab "))
        else:
            settings = self.folder.parent / "config/lab/user-settings/@jupyterlab/apputils-extension"
            settings.mkdir(parents=True, exist_ok=True)
            (settings / "themes.jupyterlab-settings").write_text(f'{{"theme": "{theme}"}}')
            place = f"lab/workspaces/{secrets.token_hex(4)}/tree/{path}"
            page.goto(f"{self.url}/{place}?reset&token={self.token}")
        page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=120_000)

    def run_all(self, page: Page) -> None:
        """Run all cells of the open notebook; a run that meets a kernel still starting is lost, so look."""
        started = page.locator(".jp-InputPrompt", has_text=re.compile(r"\[(\*|\d+)\]")).first
        dialog = page.locator("dialog .jp-mod-accept")
        for _ in range(5):
            if dialog.is_visible():  # "Select Kernel", where the server is slow
                dialog.click()
            page.get_by_text("| Idle").wait_for()
            page.locator(".lm-MenuBar-item", has_text="Run").first.click()
            page.locator(".lm-Menu-item[data-command='runmenu:run-all']").click()
            with contextlib.suppress(TimeoutError):
                started.wait_for(timeout=5_000)
                return
        pytest.fail("the notebook did not start to run")


def change_theme(page: Page, theme: str) -> None:
    """Let JupyterLab have another theme, "Light" or "Dark", with all that is open."""
    page.evaluate(
        "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", f"JupyterLab {theme}"
    )
    page.wait_for_function(
        "dark => (document.body.dataset.jpThemeLight === 'false') === dark", arg=theme == "Dark"
    )


@contextmanager
def serving_lab(home: Path) -> Iterator[Lab]:
    """Start JupyterLab, with settings of its own, on the folder `course` in `home`."""
    folder = home / "course"
    port, token = free_port(), secrets.token_hex(8)
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}"]
    command += [f"--ServerApp.root_dir={folder}", f"--IdentityProvider.token={token}"]
    own = {"JUPYTER_CONFIG_DIR": str(home / "config"), "IPYTHONDIR": str(home / "ipython")}
    (home / "config" / "labconfig").mkdir(parents=True)
    for name, settings in FILES.items():
        (home / "config" / name).write_text(json.dumps(settings))
    startup = home / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00-commands.py").write_text(STARTUP)
    started = Lab(folder, f"http://127.0.0.1:{port}", token)
    with running(command, started.answers, home / "log", os.environ | own):
        yield started


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@contextmanager
def offline(browser: Browser) -> Iterator[Page]:
    """Open a page without a network; fail if it asked for something outside this machine."""
    context = browser.new_context(viewport=VIEWPORT)
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


def findings(page: Page, piece: str) -> list[str]:
    """Return what keeps somebody from using a piece of a page, as axe-core finds it.

    JupyterLab's body has no height and hides what overflows, so axe-core would hold most of it for invisible.
    """
    page.add_style_tag(content="body { min-height: 100vh }")
    found = AXE.run(page, context=piece).response["violations"]
    return [
        f"{piece}: {each['id']}: {node['html'][:200]} {node['failureSummary']}"
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]
