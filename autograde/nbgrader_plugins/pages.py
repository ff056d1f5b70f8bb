"""Pages on which a learner's words are shown: formgrader's, and the feedback that goes back."""

from __future__ import annotations

import re
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

from nbconvert.exporters.exporter import Exporter
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Gradebook, SubmittedNotebook
from traitlets import Unicode

from autograde.classroom.feedback import Feedback, Written, page, safe_html
from autograde.classroom.store import Graded, kept_result
from autograde.nbgrader_plugins import rubric
from autograde.nbgrader_plugins.judging import GRADE_ID
from autograde.nbgrader_plugins.reader import Page, plain_html

SAFE_MIMES = ("text/plain", "image/png", "image/jpeg")
PICTURE = re.compile(r"[A-Za-z0-9+/=\s]*")
MAX_TITLE = 200
NAMED = ("student", "last_name", "first_name", "notebook_path")
"""What formgrader's template writes onto its page as it is. People may have chosen their names."""

Resources = dict[str, Any]


class SafeForPage(Preprocessor):
    """Takes out of a notebook whatever could run or fetch something in the reader's browser.

    It works on the copy that is about to be shown: the file stays as it was handed in.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.enabled = True

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Make every cell safe, within the budget of one page; formgrader's page gets rubrics."""
        self._page = Page()
        if "submission_id" in resources:
            resources |= {name: escape(str(resources[name])) for name in NAMED if resources.get(name)}
            found = rubric.of_autograded(Path(resources["metadata"]["path"]).resolve())
            page = Page()
            resources["beside"] = {
                name: {"rubric": page.html(each.rubric), "model": page.html(each.model)}
                for name, each in found.items()
            }
        return super().preprocess(nb, resources)

    def preprocess_cell(
        self, cell: NotebookNode, resources: Resources, index: int
    ) -> tuple[NotebookNode, Resources]:
        """Make one cell safe: text becomes sanitised HTML, outputs keep only harmless kinds."""
        if cell.cell_type == "code":
            cell.outputs = [_safe_output(output) for output in cell.outputs]
            if not self._page.colours(cell.source):
                _become_html(cell, plain_html(cell.source))
        else:
            _become_html(cell, self._page.html(cell.source, cell.get("attachments")))
        return cell, resources


def _become_html(cell: NotebookNode, html: str) -> None:
    """Show HTML in a cell. On one line it stays one block, in which Markdown is not read a second time."""
    cell.cell_type = "markdown"
    cell.source = "<div>" + str(html).replace("\n", "&#10;") + "</div>"


def _safe_output(output: NotebookNode) -> NotebookNode:
    if "data" in output:
        data = {mime: output.data[mime] for mime in SAFE_MIMES if mime in output.data}
        if "text/html" in output.data:
            data["text/html"] = str(safe_html("".join(output.data["text/html"])))
        for mime in ("image/png", "image/jpeg"):
            if mime in data and not PICTURE.fullmatch("".join(data[mime])):
                del data[mime]
        output.data = NotebookNode(data)
    output.metadata = NotebookNode()
    return output


class FeedbackExporter(Exporter):
    """Writes the feedback page of one submission, in place of the whole notebook as HTML."""

    file_extension = Unicode(".html")
    output_mimetype = "text/html"

    def from_notebook_node(
        self, nb: NotebookNode, resources: Resources | None = None, **kw: Any
    ) -> tuple[str, Resources]:
        """Return the page."""
        found, resources = super().from_notebook_node(nb, resources, **kw)
        ids = resources["nbgrader"]
        directory = self.parent.coursedir
        student, lesson = ids["student"], ids["assignment"]
        graded = kept_result(Path(directory.root), student, lesson)
        if graded is None:
            graded = Graded(student, lesson, "", problem="There is no result.")
        with Gradebook(directory.db_url, directory.course_id) as gradebook:
            notebook = gradebook.find_submission_notebook(ids["notebook"], lesson, student)
            return page(feedback(found, graded, notebook)), resources


def feedback(nb: NotebookNode, graded: Graded, notebook: SubmittedNotebook) -> Feedback:
    """Return what the page of one graded notebook shows; `notebook` is what the gradebook knows of it."""
    submission = notebook.assignment
    penalty = notebook.late_submission_penalty or 0.0
    late_s = submission.total_seconds_late
    return Feedback(
        title=_title(nb, graded.lesson),
        graded=graded,
        score=max(0.0, notebook.score - penalty),
        max_score=notebook.max_score,
        submitted=_utc(submission.timestamp),
        due=_utc(submission.duedate) if submission.assignment.duedate else "",
        name=" ".join(filter(None, (submission.student.first_name, submission.student.last_name))),
        late=f"{_duration(late_s)} late" if late_s > 0 else "",
        penalty=penalty,
        written=tuple(_written(nb, notebook, Page())),
    )


def _utc(time: datetime | None) -> str:
    return f"{time:%Y-%m-%d %H:%M} UTC" if time else ""


def _title(nb: NotebookNode, lesson: str) -> str:
    headings = (re.match(r"#\s+(.+)", cell.source) for cell in nb.cells if cell.cell_type == "markdown")
    return next((found[1].strip()[:MAX_TITLE] for found in headings if found), lesson)


def _duration(seconds: float) -> str:
    minutes = int(seconds // 60)
    if minutes < 1:
        return "less than a minute"
    return (
        f"{minutes} min"
        if minutes < 120
        else f"{minutes // 60} h"
        if minutes < 2880
        else f"{minutes // 1440} days"
    )


def _written(nb: NotebookNode, notebook: SubmittedNotebook, page: Page) -> list[Written]:
    """Return the answers that a person grades, with the question in the cell before."""
    grades = {grade.name: grade for grade in notebook.grades}
    comments = {comment.name: comment for comment in notebook.comments}
    found = []
    for before, cell in zip([None, *nb.cells], nb.cells, strict=False):
        if cell.cell_type != "markdown" or not utils.is_grade(cell):
            continue
        name = cell.metadata.nbgrader["grade_id"]
        grade, comment = grades.get(name), comments.get(name)
        match = GRADE_ID.fullmatch(name)
        has_question = before is not None and before.cell_type == "markdown" and utils.is_locked(before)
        found.append(
            Written(
                id=f"{match[1]}.{match[2]}" if match else name,
                question=page.html(before.source) if before is not None and has_question else "",
                answer=page.html(cell.source, cell.get("attachments")),
                score=None if grade is None or grade.needs_manual_grade else grade.score,
                max_score=float(cell.metadata.nbgrader["points"]),
                comment=page.html(comment.comment) if comment is not None and comment.comment else "",
            )
        )
    return found
