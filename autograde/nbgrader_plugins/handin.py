"""Hands in a lesson through the exchange that this machine's nbgrader is configured for."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nbgrader.apps import NbGrader
from nbgrader.utils import parse_utc

from autograde.course.workspace import Workspace
from autograde.nbgrader_plugins.config import refuse_pattern
from autograde.nbgrader_plugins.cycle import exchange


def exchange_has(workspace: Workspace, lesson: str) -> bool:
    """Return whether there is an exchange on this machine from which the lesson came."""
    config = _config(workspace)
    root = Path(str(config.Exchange.root)) if "root" in config.Exchange else None
    return root is not None and (root / workspace.settings.id / "outbound" / lesson).is_dir()


def hand_in(workspace: Workspace, lesson: str) -> datetime:
    """Hand in a lesson and return when it was received.

    Raises:
        AutogradeError: it was not received; with nbgrader's reason.
    """
    refuse_pattern(workspace.root)
    config = _config(workspace)
    config.CourseDirectory.course_id = workspace.settings.id
    config.Exchange.assignment_dir = str(workspace.lessons)
    received: datetime = parse_utc(exchange(config, "Submit", lesson).timestamp)
    return received.replace(tzinfo=UTC)


def _config(workspace: Workspace) -> Any:
    """Return what nbgrader is configured with for whoever works in this folder."""
    app = NbGrader(log_level="ERROR")
    with contextlib.chdir(workspace.root):
        app.load_config_file()
    return app.config
