"""Keeps what a learner saves: JupyterLab calls this after each save, as `autograde lab` configures it."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

from autograde.course.backup import keep_present
from autograde.course.workspace import find_workspace
from autograde.errors import AutogradeError


def keep_saved(model: dict[str, Any], os_path: str, contents_manager: object, **_: object) -> None:
    """Keep a Python file of the package under `backup/`; what cannot be kept never stops a save."""
    path = Path(os_path).resolve()
    if model.get("type") != "file" or path.suffix != ".py":
        return
    with contextlib.suppress(AutogradeError, OSError):
        workspace = find_workspace(path.parent)
        if path.is_relative_to(workspace.package.resolve()):
            keep_present(workspace.root, path.relative_to(workspace.root.resolve()).as_posix())
