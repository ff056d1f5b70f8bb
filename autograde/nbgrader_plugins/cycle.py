"""The instructor's cycle in one process: release, collect, autograde and feedback by nbgrader's own classes.

Starting the `nbgrader` command costs seconds; a class of thirty over ten lessons would start it hundreds
of times.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.auth import Authenticator
from nbgrader.converters import Autograde, GenerateFeedback
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange import ExchangeError, ExchangeFactory
from sqlalchemy.exc import SAWarning, SQLAlchemyError
from traitlets.config import Config

from autograde.classroom.report import Standing
from autograde.course.settings import read_settings
from autograde.errors import AutogradeError, explain
from autograde.nbgrader_plugins.config import load_config, refuse_pattern
from autograde.nbgrader_plugins.log import Log, captured
from autograde.nbgrader_plugins.nested import unnest
from autograde.nbgrader_plugins.notes import add_missing_notebooks, set_folders_aside
from autograde.nbgrader_plugins.shared import Returned
from autograde.nbgrader_plugins.standings import said, standings
from autograde.nbgrader_plugins.submitted import open_grades


class Nbgrader:
    """nbgrader on one course: its configuration, its folders, and its steps for one lesson at a time."""

    def __init__(self, root: Path) -> None:
        if not (root / "nbgrader_config.py").is_file():
            raise AutogradeError(
                explain(
                    str(root),
                    "a course with nbgrader_config.py",
                    "none",
                    "Run this in the course's repository.",
                )
            )
        self.root = root
        self.config = load_config(root)
        (root / ".course").mkdir(mode=0o700, exist_ok=True)

    @property
    def course_id(self) -> str:
        """Return nbgrader's name of the course."""
        return str(self.config.CourseDirectory.course_id)

    def directory(self, lesson: str, student: str = "*") -> CourseDirectory:
        """Return nbgrader's idea of the course for one lesson."""
        return CourseDirectory(config=self.config, assignment_id=lesson, student_id=student)

    def folder(self, step: str, student: str, lesson: str) -> Path:
        """Return such a folder as submitted/<student>/<lesson>."""
        directory = self.directory(lesson)
        return Path(directory.format_path(getattr(directory, f"{step}_directory"), student, lesson))

    def submitted(self, lesson: str) -> list[str]:
        """Return the students of whom a submission was collected."""
        root = self.folder("submitted", ".", ".").resolve()
        return sorted(path.parent.name for path in root.glob(f"*/{lesson}") if path.is_dir())

    @contextmanager
    def gradebook(self) -> Iterator[Gradebook]:
        """Open the gradebook.

        Raises:
            AutogradeError: there is none yet, or it cannot be used.
        """
        url = self._existing_gradebook()
        with said(url), Gradebook(url, self.course_id) as gradebook:
            yield gradebook

    def lessons(self) -> list[str]:
        """Return the lessons that are in the exchange."""
        outbound = Path(self.config.Exchange.root) / self.course_id / "outbound"
        return sorted(path.name for path in outbound.glob("*") if path.is_dir())

    def standings(self, *, everybody: bool = False) -> list[Standing]:
        """Return where every student stands in every lesson handed in, from the gradebook.

        With `everybody` also who of the roster has not handed in which lesson.
        """
        return standings(self._existing_gradebook(), everybody=everybody)

    @property
    def has_gradebook(self) -> bool:
        """Whether there is a gradebook: the first release, or roster, makes it."""
        url = str(self.directory("").db_url)
        path = url.removeprefix("sqlite:///")
        return path == url or Path(path).is_file()

    def _existing_gradebook(self) -> str:
        """Return where the gradebook is. nbgrader would make an empty one where there is none."""
        url = str(self.directory("").db_url)
        path = url.removeprefix("sqlite:///")
        if not self.has_gradebook:
            next_step = "Restore it from a backup, or run: autograde release"
            raise AutogradeError(explain(path, "a gradebook", "none", next_step))
        return url

    def release(self, lesson: str) -> None:
        """Put the generated lesson into the exchange, in place of an earlier one."""
        self._exchange("ReleaseAssignment", lesson, force=True)

    def collect(self, lesson: str) -> list[str]:
        """Collect the newest submissions of a lesson; return why some were refused."""
        return list(self._exchange("Collect", lesson, update=True).refused)

    def submit(self, lesson: str, student: str, workspace: Path) -> None:
        """Hand in a lesson from a workspace on this machine."""
        self._exchange("Submit", lesson, student, workspace)

    def fetch(self, lesson: str, student: str, workspace: Path) -> None:
        """Fetch a lesson into a workspace on this machine."""
        (workspace / "lessons").mkdir(parents=True, exist_ok=True)
        self._exchange("FetchAssignment", lesson, student, workspace)

    def fetch_feedback(self, lesson: str, student: str, workspace: Path) -> None:
        """Fetch the feedback on a lesson into a workspace on this machine."""
        self._exchange("FetchFeedback", lesson, student, workspace)

    def release_feedback(self, lesson: str) -> Returned:
        """Put the feedback pages into the exchange; return what became of them."""
        done: Returned = self._exchange("ReleaseFeedback", lesson).done
        return done

    def autograde(self, lesson: str, student: str) -> Log:
        """Grade one submission; raise AutogradeError with nbgrader's reason if it could not be done."""
        try:
            folder = self.folder("submitted", student, lesson)
            unnest(self.root, folder, read_settings(self.root / "solutions" / "lessons").package)
            set_folders_aside(folder, self.released(lesson))
            add_missing_notebooks(folder, self.released(lesson))
        except OSError as error:
            with self.gradebook() as gradebook:
                open_grades(gradebook, lesson, student)
            raise AutogradeError(f"{student}, {lesson}: {error.strerror}: {error.filename}") from error
        converter = Autograde(coursedir=self.directory(lesson, student), config=self.config)
        converter.force = True
        return _run(converter, f"{student}, {lesson}")

    def generate_feedback(self, lesson: str, student: str = "*") -> Log:
        """Write the feedback pages of a lesson."""
        converter = GenerateFeedback(coursedir=self.directory(lesson, student), config=self.config)
        converter.force = True
        return _run(converter, lesson)

    def api(self) -> NbGraderAPI:
        """Return nbgrader's high-level interface, as formgrader uses it."""
        return NbGraderAPI(self.directory(""), config=self.config)

    def released(self, lesson: str) -> Path:
        """Return where a lesson lies as it was released."""
        return Path(self.config.Exchange.root) / self.course_id / "outbound" / lesson

    def _exchange(
        self, step: str, lesson: str, student: str = "*", workspace: Path | None = None, **settings: Any
    ) -> Any:
        config = self.config.copy()
        if workspace is not None:
            refuse_pattern(workspace)
            config.Exchange.assignment_dir = str(workspace / "lessons")
            config.Exchange.cache = str(workspace / ".course" / "cache")
        return exchange(config, step, lesson, student, **settings)


def exchange(config: Config, step: str, lesson: str, student: str = "*", **settings: Any) -> Any:
    """Move a lesson by one step of the exchange, such as "Submit", and return what moved it.

    Raises:
        AutogradeError: nbgrader could not; with its reason.
    """
    mover = getattr(ExchangeFactory(config=config), step)(
        coursedir=CourseDirectory(config=config, assignment_id=lesson, student_id=student),
        authenticator=Authenticator(config=config),
        config=config,
    )
    for name, value in settings.items():
        setattr(mover, name, value)
    _run(mover, lesson)
    return mover


def _run(step: Any, what: str) -> Log:
    """Start one step quietly, and turn its failure into one sentence."""
    with captured(step.log) as log, warnings.catch_warnings():
        # nbgrader adds submissions to its session in an order that SQLAlchemy remarks upon.
        warnings.simplefilter("ignore", SAWarning)
        try:
            step.start()
        except (ExchangeError, NbGraderException, RuntimeError, OSError, SQLAlchemyError) as error:
            raise AutogradeError(f"{what}: {log.reason() or error}") from error
    return log
