"""The notebook of a submission, made fit for nbgrader's converter; and grades that never go stale.

nbgrader reads a submitted notebook before any preprocessor of ours runs. One that cannot be read would
leave the student's old grade in the gradebook without a word.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde

from autograde.course.submission import COLLECTED_LIMITS, SubmissionRefused, refuse_unsafe
from autograde.nbgrader_plugins.notes import BROKEN, CHANGED, NOTE, released_notebook
from autograde.nbgrader_plugins.reader import Unreadable, reader

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
    """Take back what was found out about the last submission: until it is graded, its grade is open.

    What a person has graded counts on.
    """
    try:
        submission = gradebook.find_submission(lesson, student)
    except MissingEntry:
        return
    for notebook in submission.notebooks:
        notebook.late_submission_penalty = None
        for grade in notebook.grades:
            grade.auto_score = None
            grade.needs_manual_grade |= grade.manual_score is None
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
    except Unreadable as reason:
        original.metadata[NOTE] = f"{BROKEN} ({reason})"
        return original
    note = submitted.metadata.get(NOTE)
    graded = {_grade_id(cell): cell for cell in original.cells if _grade_id(cell)}
    notebook = _as_handed_in(submitted, graded)
    if notebook is None:
        notebook, note = _rebuilt(original, submitted), CHANGED
    notebook.metadata = NotebookNode(original.metadata)
    if note is not None:
        notebook.metadata[NOTE] = note
    return notebook


def _read(path: Path) -> NotebookNode:
    """Return the cells of a notebook without outputs, each with its `grade_id` alone; raises Unreadable."""
    found = reader.ask("notebook", str(path))
    cells, ids = [], set()
    for each in found["cells"]:
        metadata = {"nbgrader": {"grade_id": each["grade_id"]}} if each["grade_id"] else {}
        make = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell}[each["cell_type"]]
        cell = make(each["source"], metadata=metadata)
        if each.get("attachments"):
            cell.attachments = each["attachments"]
        if each["id"] is not None and each["id"] not in ids:
            cell.id = each["id"]
        ids.add(cell.id)
        cells.append(cell)
    return new_notebook(cells=cells, metadata={NOTE: found["note"]})


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
    return submitted


def _rebuilt(original: NotebookNode, submitted: NotebookNode) -> NotebookNode:
    """Return the released notebook with the first answer that the learner gave to each written question."""
    for cell in original.cells:
        if not cell.metadata.get("nbgrader", {}).get("solution"):
            continue
        answers = (other.source for other in submitted.cells if _grade_id(other) == _grade_id(cell))
        cell.source = next((answer for answer in answers if answer != cell.source), cell.source)
    return original
