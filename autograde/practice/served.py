"""What a Jupyter server of the course is told: by `autograde lab`, and for each account of a hub."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from autograde.course.workspace import find_workspace
from autograde.errors import AutogradeError
from autograde.practice.start import write_start_page

PAGE_CONFIG: dict[str, Any] = {
    "disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True},
    "exposeAppInBrowser": True,  # so that an exercise's card can open its file beside the notebook
}

OVERRIDES = {
    "@jupyterlab/docmanager-extension:plugin": {"defaultViewers": {"markdown": "Markdown Preview"}},
    # What a button asks for runs where cells run: one after the other, and interrupted like them.
    "@jupyterlab/apputils-extension:kernels-settings": {"commsOverSubshells": "disabled"},
}
PAGES: dict[str, Any] = {"HTMLExporter": {"preprocessors": ["autograde.notebook.page.OfflinePage"]}}
LISTS_ALL: dict[str, Any] = {
    "FileContentsManager": {"post_save_hook": "autograde.notebook.saved.keep_saved"},
    **PAGES,
}
NOT_LISTED = ["__pycache__", "*.pyc", "*.pyo", ".DS_Store", "*~", "solutions"]
SERVER_CONFIG = {**LISTS_ALL, "ContentsManager": {"hide_globs": NOT_LISTED}}
SERVER_FILE = "jupyter_server_config.json"

FILES = {
    "labconfig/page_config.json": PAGE_CONFIG,
    "labconfig/default_setting_overrides.json": OVERRIDES,
    SERVER_FILE: SERVER_CONFIG,
    "jupyter_nbconvert_config.json": PAGES,
}
STARTUP = "from autograde.notebook.before import offer\n\noffer(get_ipython())\n"
FORMGRADER = Path(__file__).resolve().parent.parent / "nbgrader_plugins" / "formgrader" / "jupyter"
"""Settings that put our pages and buttons into formgrader."""


def opens(workspace: Path) -> list[str]:
    """Return the option that opens the start page; where it cannot be written, JupyterLab's own is opened."""
    try:
        page = write_start_page(find_workspace(workspace)).relative_to(workspace).as_posix()
    except (AutogradeError, OSError):
        return []
    return [f"--LabApp.default_url=/lab/tree/{page}"]


def ipython(root: Path) -> Path:
    """Return a folder for IPython whose kernels say what to run before `%load_ext`."""
    folder = root / ".course" / "ipython"
    startup = folder / "profile_default" / "startup"
    startup.mkdir(parents=True, exist_ok=True)
    (startup / "00-commands.py").write_text(STARTUP, "utf-8")
    return folder
