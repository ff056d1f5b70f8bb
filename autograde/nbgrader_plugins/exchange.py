"""The learner's side of the exchange, and the instructor's release: the package travels with each lesson.

A lesson in the exchange is its folder and, inside it, `course.toml` and the package: the skeleton on the
way out, the learner's files on the way in. In a workspace they lie apart: the lesson and `course.toml` in
`lessons/`, the package beside it.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from nbgrader.exchange import default
from nbgrader.utils import get_username

from autograde.course.files import write_atomically
from autograde.course.lay import RELEASED
from autograde.course.private import refuse_open
from autograde.course.release import PRISTINE, skeleton_files, worked_files
from autograde.course.settings import FILE, read_settings
from autograde.course.submission import copy_folder, read_sources
from autograde.errors import AutogradeError, explain
from autograde.nbgrader_plugins.config import refuse_pattern
from autograde.nbgrader_plugins.notes import add_missing_notebooks
from autograde.nbgrader_plugins.shared import (
    HANDED_IN_FILE,
    HANDED_IN_FOLDER,
    Shared,
    close_exchange,
    lay,
)

STUDENT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@-]{0,127}")
"""The account names that can be told from the rest of a submission's name, on every system."""


def refuse_name(student: str, account: str = "") -> None:
    """Refuse an account name under which a submission could not be collected."""
    name = account if student == "*" else student
    if STUDENT.fullmatch(name):
        return
    odd = [each for each in name if not re.fullmatch(r"[A-Za-z0-9_.@-]", each)]
    actual = f"{odd[0]!r} in {name!r}" if odd else repr(name)
    expected = "letters A to Z, digits and _ . @ -, at most 128, not a . @ or - first"
    raise AutogradeError(explain("account name", expected, actual, "Ask for another account name."))


def workspace_of(assignment_dir: str) -> Path:
    """Return the workspace whose `lessons/` is nbgrader's folder of assignments."""
    folder = Path(assignment_dir).resolve()
    return folder.parent if folder.name == "lessons" else folder


class ReleaseAssignment(Shared, default.ExchangeReleaseAssignment):
    """Releases a lesson as it was generated, and a fresh skeleton of the package with it."""

    def ensure_root(self) -> None:
        """Make the exchange where there is none."""
        Path(self.root).mkdir(mode=0o755, parents=True, exist_ok=True)

    def init_dest(self) -> None:
        """Make the folders of the course; nbgrader opens more of them to others than they need."""
        super().init_dest()
        if not self.coursedir.groupshared:
            close_exchange(Path(self.root), str(self.coursedir.course_id))

    def init_src(self) -> None:
        """Find the lesson; refuse one that is not as it was generated, and a course open to others."""
        super().init_src()
        root = Path(self.coursedir.root)
        try:
            refuse_open(root, Path(self.root))
        except AutogradeError as error:
            self.fail(str(error))
        folder = Path(self.src_path).resolve().relative_to(root.resolve()).as_posix()
        worked = worked_files(root, folder)
        if worked:
            expected = "the text that was generated last"
            next_step = "Only generated files are released: move it elsewhere and generate again."
            self.fail(explain(", ".join(worked), expected, "another one", next_step))

    def do_copy(self, src: str, dest: str, log: object = None) -> None:
        """Copy the lesson, then write the skeleton and what the course is beside it."""
        super().do_copy(src, dest, log=log)
        solutions = Path(self.coursedir.root) / "solutions"
        shutil.copyfile(solutions / "lessons" / FILE, Path(dest) / FILE)
        _write(Path(dest), skeleton_files(solutions))


class FetchAssignment(Shared, default.ExchangeFetchAssignment):
    """Lays the lesson into `lessons/`, and what is missing of the package beside it.

    A file that is there already is the learner's and stays as it is.
    """

    def do_copy(self, src: str, dest: str) -> None:
        """Copy the lesson; never copy over a file that exists."""
        with tempfile.TemporaryDirectory() as folder:
            lesson = Path(folder) / "lesson"
            copy_folder(src, lesson)
            if (lesson / FILE).is_file():
                self._lay(lesson)
            super().do_copy(str(lesson), dest)

    def _lay(self, lesson: Path) -> None:
        """Move what does not belong into the lesson's folder to where it belongs."""
        workspace = workspace_of(self.assignment_dir)
        package = lesson / read_settings(lesson).package
        _copy_missing(package, workspace / package.name)
        if not (workspace / "solutions").is_dir():
            pristine = workspace / PRISTINE / package.name
            shutil.rmtree(pristine, ignore_errors=True)
            shutil.copytree(package, pristine)
            for notebook in lesson.glob("*.ipynb"):
                kept = workspace / RELEASED / "lessons" / self.coursedir.assignment_id / notebook.name
                write_atomically(kept, notebook.read_bytes())
        shutil.rmtree(package)
        write_atomically(workspace / "lessons" / FILE, (lesson / FILE).read_bytes())
        (lesson / FILE).unlink()


class Submit(Shared, default.ExchangeSubmit):
    """Hands in the lesson's folder and the workspace's package, of which only the Python files.

    What is handed in is open to the learner and to the group of the inbound folder; the copy that is kept, to
    the learner alone.
    """

    def copy_files(self) -> None:
        """Hand in; whatever nbgrader opens on its way is closed at the end."""
        handed_in = Path(self.inbound_path) / self.assignment_filename
        before = os.umask(0o077)
        try:
            super().copy_files()
        finally:
            os.umask(before)
            if handed_in.is_dir():
                handed_in.chmod(HANDED_IN_FOLDER)
        Path(self.cache_path).chmod(0o700)

    def set_perms(self, dest: str, fileperms: int, dirperms: int) -> None:
        """Open what was handed in to its group, and to nobody else."""
        super().set_perms(dest, HANDED_IN_FILE, HANDED_IN_FOLDER)

    def do_copy(self, src: str, dest: str, log: object = None) -> None:
        """Copy both; refuse what is not a plain file before anything is copied."""
        try:
            refuse_name(str(self.coursedir.student_id), get_username())
            workspace = workspace_of(self.assignment_dir)
            refuse_pattern(workspace)
            package = read_settings(workspace / "lessons").package
            sources = read_sources(workspace, package)
            with tempfile.TemporaryDirectory() as folder:
                staged = Path(folder) / "staged"
                copy_folder(src, staged)
                shutil.rmtree(staged / package, ignore_errors=True)
                _write(staged / package, sources)
                others = ", ".join(sorted(path.name for path in staged.glob("*.ipynb"))) or "the released one"
                for name in add_missing_notebooks(staged, Path(self.release_path)):
                    self.log.warning("%s is missing; %s is read in its place.", name, others)
                lay(staged, Path(dest))
        except AutogradeError as error:
            self.fail(f"Not submitted. {error}")


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def _copy_missing(source: Path, target: Path) -> None:
    for path in sorted(path for path in source.rglob("*") if path.is_file()):
        there = target / path.relative_to(source)
        if not there.exists():
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, there)
