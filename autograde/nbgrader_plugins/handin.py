"""Hands in a lesson through the exchange that this machine's nbgrader is configured for."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.apps import NbGrader

from autograde.course.workspace import Workspace
from autograde.nbgrader_plugins.config import refuse_pattern
from autograde.nbgrader_plugins.cycle import exchange


@dataclass(frozen=True)
class Received:
    """What an exchange has: when this submission was received, and when earlier ones were."""

    when: str
    earlier: tuple[str, ...]


def exchange_has(workspace: Workspace, lesson: str) -> bool:
    """Return whether there is an exchange on this machine from which the lesson came."""
    config = _config(workspace)
    root = Path(str(config.Exchange.root)) if "root" in config.Exchange else None
    return root is not None and (root / workspace.settings.id / "outbound" / lesson).is_dir()


def hand_in(workspace: Workspace, lesson: str) -> Received:
    """Hand in a lesson; raises AutogradeError with nbgrader's reason where it was not received."""
    refuse_pattern(workspace.root)
    config = _config(workspace)
    config.CourseDirectory.course_id = workspace.settings.id
    config.Exchange.assignment_dir = str(workspace.lessons)
    before = _received(config, lesson)
    exchange(config, "Submit", lesson)
    new = [each for each in _received(config, lesson) if each not in before]
    return Received(new[0] if new else "", tuple(before))


def _config(workspace: Workspace) -> Any:
    """Return what nbgrader is configured with for whoever works in this folder."""
    app = NbGrader(log_level="ERROR")
    with contextlib.chdir(workspace.root):
        app.load_config_file()
    return app.config


def _received(config: Any, lesson: str) -> list[str]:
    """Return when this lesson was handed in, the newest first, by the copies that the exchange leaves."""
    cache = Path(str(config.Exchange.get("cache", "") or Path.home() / ".local/share/jupyter/nbgrader_cache"))
    folders = (cache / str(config.CourseDirectory.course_id)).glob(f"*+{lesson}+*")
    return sorted((folder.name.rpartition("+")[2] for folder in folders), reverse=True)
