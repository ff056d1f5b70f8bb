"""The notebook of a submission, made fit for nbgrader's converter; and grades that never go stale.

nbgrader reads a submitted notebook before any preprocessor of ours runs. One that cannot be read would
leave the student's old grade in the gradebook without a word.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde

from autograde.course.submission import COLLECTED_LIMITS, SubmissionRefused, refuse_unsafe
from autograde.nbgrader_plugins.notes import BROKEN, CHANGED, NOTE, released_notebook

KEPT_FILES = ("timestamp.txt", "submission_secret.txt")


class SubmittedExporter(NotebookExporter):
    """Reads what was submitted, or the released notebook in its place, and says so in the metadata.

    nbgrader creates its exporter before it touches a submission; that is where the hook is set that
    refuses unsafe folders and opens the student's grades.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if isinstance(self.parent, Autograde):
            self.parent.pre_convert_hook = self._prepare

    def from_filename(
        self, filename: str, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Convert a notebook; what a learner handed in is looked at first."""
        if not isinstance(self.parent, Autograde) or not self.parent._sanitizing:
            return super().from_filename(filename, resources=resources, **kw)
        path = Path(filename)
        found = {} if resources is None else resources
        found["metadata"] = {"name": path.stem, "path": str(path.parent)}
        notebook = usable_notebook(path, released_notebook(self.parent, path.parent.name, path.name))
        return super().from_notebook_node(notebook, resources=found, **kw)

    def _prepare(self, *, notebooks: list[str], **_: Any) -> None:
        """Run once for each submission, before anything of it is copied. nbgrader swallows what it raises."""
        folder = Path(notebooks[0]).parent
        directory = self.parent.coursedir
        student, lesson = folder.parent.name, folder.name
        with Gradebook(directory.db_url, directory.course_id) as gradebook:
            open_grades(gradebook, lesson, student)
        try:
            refuse_unsafe(folder, COLLECTED_LIMITS)
        except SubmissionRefused as refusal:
            self.log.error("%s, %s: %s", student, lesson, refusal)
            replace_unsafe(Path(directory.root), folder, str(refusal))
            for notebook in notebooks:
                released = released_notebook(self.parent, lesson, Path(notebook).name)
                shutil.copyfile(released, folder / Path(notebook).name)


def open_grades(gradebook: Gradebook, lesson: str, student: str) -> None:
    """Take back what was found out about the last submission: until it is graded, its grade is open."""
    try:
        submission = gradebook.find_submission(lesson, student)
    except MissingEntry:
        return
    for notebook in submission.notebooks:
        notebook.late_submission_penalty = None
        for grade in notebook.grades:
            grade.auto_score = None
            grade.needs_manual_grade = True
        for comment in notebook.comments:
            comment.auto_comment = None
    gradebook.db.commit()


def refusal_path(root: Path, student: str, lesson: str) -> Path:
    """Return where the reason is kept for which a collected submission was refused."""
    return root / ".course" / "refused" / student / lesson / "reason.txt"


def replace_unsafe(root: Path, folder: Path, reason: str) -> None:
    """Move an unsafe submission aside, unopened, and put an empty one in its place."""
    kept = refusal_path(root, folder.parent.name, folder.name)
    shutil.rmtree(kept.parent, ignore_errors=True)
    kept.parent.mkdir(parents=True)
    folder.rename(kept.parent / "submission")
    kept.write_text(reason, "utf-8")
    folder.mkdir()
    for name in KEPT_FILES:
        file = kept.parent / "submission" / name
        if file.is_file() and not file.is_symlink() and file.stat().st_nlink == 1:
            shutil.copyfile(file, folder / name)


def usable_notebook(path: Path, released: Path) -> NotebookNode:
    """Return the submitted notebook, or the released one with the learner's answers, with a note on why.

    Graded cells must be there once and be of their kind. What is not a graded cell stays as it is,
    without its metadata and outputs.
    """
    original = nbformat.read(released, as_version=4)
    try:
        submitted = _read(path)
    except Exception as error:  # a notebook is data from a stranger; nbformat raises much
        original.metadata[NOTE] = f"{BROKEN} ({type(error).__name__})"
        return original
    note = submitted.metadata.get(NOTE)
    graded = {_grade_id(cell): cell for cell in original.cells if _grade_id(cell)}
    notebook = _as_handed_in(submitted, graded)
    if notebook is None:
        notebook, note = _rebuilt(original, submitted), CHANGED
    notebook.metadata = NotebookNode(original.metadata)
    if isinstance(note, str):
        notebook.metadata[NOTE] = note
    return notebook


def _read(path: Path) -> NotebookNode:
    if path.stat().st_size > COLLECTED_LIMITS.file_bytes:
        raise ValueError("too large")
    notebook = nbformat.reads(json.dumps(json.loads(path.read_text("utf-8"))), as_version=4)
    nbformat.validate(notebook)
    return notebook


def _grade_id(cell: NotebookNode) -> str:
    found = cell.metadata.get("nbgrader", {})
    return str(found.get("grade_id", "")) if isinstance(found, dict) else ""


def _as_handed_in(submitted: NotebookNode, graded: dict[str, NotebookNode]) -> NotebookNode | None:
    """Return the notebook with the released metadata on its graded cells, or None if those were changed."""
    ids = [_grade_id(cell) for cell in submitted.cells if _grade_id(cell) in graded]
    if sorted(ids) != sorted(graded):
        return None
    for cell in submitted.cells:
        released = graded.get(_grade_id(cell))
        if released is not None and released.cell_type != cell.cell_type:
            return None
        cell.metadata = NotebookNode(released.metadata if released is not None else {})
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return submitted


def _rebuilt(original: NotebookNode, submitted: NotebookNode) -> NotebookNode:
    """Return the released notebook with the first answer that the learner gave to each written question."""
    for cell in original.cells:
        if not cell.metadata.get("nbgrader", {}).get("solution"):
            continue
        answers = (other.source for other in submitted.cells if _grade_id(other) == _grade_id(cell))
        cell.source = next((answer for answer in answers if answer != cell.source), cell.source)
    return original
