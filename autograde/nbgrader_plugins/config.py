"""The course's nbgrader configuration, for commands, formgrader and the Assignments page alike."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from pathlib import Path

from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from autograde.course.settings import Settings, read_settings
from autograde.errors import AutogradeError, explain

PLUGINS = "autograde.nbgrader_plugins"
IGNORED = [".ipynb_checkpoints", "__pycache__", "*.pyc", "feedback", ".generated.json"]

AUTOGRADE_PREPROCESSORS = [
    f"{PLUGINS}.judging.Judge",
    "nbgrader.preprocessors.LimitOutput",
    f"{PLUGINS}.judging.SaveGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]
"""What is done to a submitted notebook; where a configuration has others, nbgrader's converters do it."""


def configure(config: Config, root: Path) -> None:
    """Fill `config` for the course whose repository is `root`.

    Everything that is made while the course runs lies in `.course/`. The learner's workspace is the
    repository itself, or the folder that AUTOGRADE_WORKSPACE names.
    """
    root = root.resolve()
    workspace = Path(os.environ.get("AUTOGRADE_WORKSPACE") or root).resolve()
    (workspace / "lessons").mkdir(parents=True, exist_ok=True)
    _configure_folders(config, root, workspace)
    _configure_plugins(config)
    _configure_lateness(config, root)
    _put_alembic_on_path()


def configure_learner(config: Config, exchange: Path, course_id: str) -> None:
    """Fill `config` for a learner of a hub, who has a workspace and never the course's repository."""
    workspace = Path(os.environ.get("AUTOGRADE_WORKSPACE") or Path.cwd()).resolve()
    config.CourseDirectory.root = str(workspace)
    config.CourseDirectory.course_id = course_id
    config.CourseDirectory.ignore = IGNORED
    config.Exchange.root = str(exchange)
    config.Exchange.assignment_dir = str(workspace / "lessons")
    config.Exchange.cache = str(workspace / ".course" / "cache")
    config.KernelManager.transport = "ipc"  # what a kernel says over TCP, every account can listen to
    _configure_plugins(config)
    _put_alembic_on_path()


def course_settings(root: Path) -> Settings:
    """Return what the course is, from its repository or from a learner's workspace."""
    source = root / "solutions" / "lessons"
    return read_settings(source if source.is_dir() else root / "lessons")


def load_config(root: Path) -> Config:
    """Return what the `nbgrader_config.py` of the course says.

    Raises:
        AutogradeError: nbgrader cannot work in this folder.
    """
    refuse_pattern(root)
    loader = PyFileConfigLoader("nbgrader_config.py", path=str(root))
    return loader.load_config()


def refuse_pattern(folder: Path) -> None:
    """Refuse a path that nbgrader takes for a pattern: it would find nothing there and say nothing."""
    found = sorted(set("[]*?") & set(str(folder)))
    if found:
        next_step = "Rename or move the folder."
        raise AutogradeError(explain(str(folder), "a path without [ ] * ?", " ".join(found), next_step))


def _configure_folders(config: Config, root: Path, workspace: Path) -> None:
    made = root / ".course"
    directory = config.CourseDirectory
    directory.root = str(root)
    directory.course_id = course_settings(root).id
    directory.source_directory = "solutions/lessons"
    directory.release_directory = "lessons"
    for step in ("submitted", "autograded", "feedback"):
        directory[f"{step}_directory"] = f".course/{step}"
    directory.db_url = f"sqlite:///{made / 'gradebook.db'}"
    directory.ignore = IGNORED
    config.Exchange.root = str(made / "exchange")
    config.Exchange.assignment_dir = str(workspace / "lessons")
    config.Exchange.cache = str(workspace / ".course" / "cache")


def _configure_plugins(config: Config) -> None:
    exchange = config.ExchangeFactory
    exchange.submit = f"{PLUGINS}.exchange.Submit"
    exchange.fetch_assignment = f"{PLUGINS}.exchange.FetchAssignment"
    exchange.release_assignment = f"{PLUGINS}.exchange.ReleaseAssignment"
    exchange.collect = f"{PLUGINS}.collect.Collect"
    exchange.list = f"{PLUGINS}.shared.List"
    exchange.fetch_feedback = f"{PLUGINS}.shared.FetchFeedback"
    exchange.release_feedback = f"{PLUGINS}.shared.ReleaseFeedback"
    config.GenerateAssignment.exporter_class = f"{PLUGINS}.generate.GuardedExporter"
    config.Autograde.exporter_class = f"{PLUGINS}.submitted.SubmittedExporter"
    config.Autograde.autograde_preprocessors = AUTOGRADE_PREPROCESSORS
    config.OverwriteCells.add_missing_cells = True
    config.GenerateFeedback.exporter_class = f"{PLUGINS}.pages.FeedbackExporter"
    config.HTMLExporter.preprocessors = [f"{PLUGINS}.pages.SafeForPage"]


def _configure_lateness(config: Config, root: Path) -> None:
    config.AssignLatePenalties.plugin_class = f"{PLUGINS}.due.LatePolicy"
    for name, value in asdict(course_settings(root).late).items():
        config.LatePolicy[name] = value


def _put_alembic_on_path() -> None:
    """Let nbgrader find `alembic`, which it starts by name when it makes a gradebook.

    Without this a virtual environment that is not activated cannot make one.
    """
    programs = str(Path(sys.executable).parent)
    path = os.environ.get("PATH", os.defpath)
    if programs not in path.split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join((programs, path))
