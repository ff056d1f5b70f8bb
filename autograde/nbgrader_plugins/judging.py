"""The judge in place of nbgrader's kernel: points and feedback of each exercise, and the grade kept.

nbgrader reads empty or odd outputs as full marks, and a preprocessor that raises leaves the old grade.
So outputs are always written, the points go into the gradebook as numbers, and a fault of ours leaves
the grade open.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from nbformat import NotebookNode, from_dict
from nbgrader import utils
from nbgrader.preprocessors import NbGraderPreprocessor, SaveAutoGrades
from traitlets.config import Config

from autograde.call import Target
from autograde.classroom.feedback import exercise_html, exercise_text
from autograde.classroom.grading import warm_grader
from autograde.classroom.history import note
from autograde.classroom.store import Graded, Store
from autograde.course.settings import read_settings
from autograde.course.submission import read_sources
from autograde.errors import AutogradeError
from autograde.nbgrader_plugins.sentences import NOTE
from autograde.nbgrader_plugins.submitted import refusal_path
from autograde.verdict import ExerciseResult
from autograde.wording import printable

GRADE_ID = re.compile(r"exercise-(\d\d)-(\d+)")
RESULT, SOURCES = "autograde_result", "autograde_sources"

Resources = dict[str, Any]


class Judge(NbGraderPreprocessor):
    """Judges the submission's package and writes what came out into the cells of its exercises."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Fill in the outputs of every graded code cell."""
        ids = resources["nbgrader"]
        folder = Path(resources["metadata"]["path"]).resolve()
        graded = self._graded(folder, ids["assignment"], ids["student"], nb.metadata.get(NOTE))
        if graded.problem:
            self.log.error("%s, %s: the grade stays open. %s", graded.student, graded.lesson, graded.problem)
        sources = submitted_sources(course_root(self.config), folder)
        ids[RESULT], ids[SOURCES] = graded, dict(sources)
        for cell in nb.cells:
            if is_exercise(cell):
                write_outputs(cell, graded)
                show_source(cell, graded, sources)
        return nb, resources

    def _graded(self, folder: Path, lesson: str, student: str, note: object) -> Graded:
        notes = (note,) if isinstance(note, str) else ()
        root = course_root(self.config)
        try:
            refusal = refusal_path(root, student, lesson)
            if refusal.is_file():
                notes = (*notes, refusal.read_text("utf-8"))
        except OSError as error:
            return Graded(student, lesson, "", notes, str(error))
        return warm_grader(root).grade(folder, lesson, student, notes)


class SaveGrades(SaveAutoGrades):
    """Keeps the judge's points in the gradebook, and its notes as comments on the written answers.

    What a person has graded stays as it is, and is asked for again only where the answer is another one.
    """

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Write all grades and comments."""
        self._graded: Graded = resources["nbgrader"].pop(RESULT)
        self._code = code_digest(resources["nbgrader"].pop(SOURCES))
        student, lesson = self._graded.student, self._graded.lesson
        with Store(course_root(self.config)) as store:
            kept = store.kept(student, lesson)
            self._answers = dict(kept.answers) if kept else {}
            self._known = dict(self._answers)
            nb, resources = super().preprocess(nb, resources)
            store.answered(student, lesson, self._answers)
        folder = Path(resources["metadata"]["path"])
        note(course_root(self.config), lesson, [(student, _time(folder), self._graded.key)])
        return nb, resources

    def _add_score(self, cell: NotebookNode, resources: Resources) -> None:
        grade = self._find(self.gradebook.find_grade, cell)
        if is_exercise(cell):
            grade.auto_score = earned_points(cell, exercise_result(cell, self._graded))
        else:
            grade.auto_score, _ = utils.determine_grade(cell, self.log)
        name, answer = cell.metadata.nbgrader["grade_id"], answer_digest(cell, self._code)
        self._answers[name] = answer
        if grade.manual_score is None:
            grade.needs_manual_grade = grade.auto_score is None
        elif self._known.get(name) != answer:
            grade.needs_manual_grade = True
        self.gradebook.db.commit()

    def _add_comment(self, cell: NotebookNode, resources: Resources) -> None:
        self._find(self.gradebook.find_comment, cell).auto_comment = comment(cell, self._graded)
        self.gradebook.db.commit()

    def _find(self, find: Any, cell: NotebookNode) -> Any:
        name = cell.metadata.nbgrader["grade_id"]
        return find(name, self.notebook_id, self.assignment_id, self.student_id)


def _time(folder: Path) -> datetime | None:
    try:
        found: datetime = utils.parse_utc((folder / "timestamp.txt").read_text("utf-8").strip())
    except (OSError, ValueError, OverflowError):
        return None
    return found


def comment(cell: NotebookNode, graded: Graded) -> str | None:
    """Return what is said below an answer that a person grades."""
    unchanged = cell.metadata.nbgrader.get("checksum") == utils.compute_checksum(cell)
    silent = unchanged and not utils.is_task(cell)
    return " ".join(filter(None, ("No response." if silent else "", *graded.notes))) or None


def answer_digest(cell: NotebookNode, code: str) -> str:
    """Return what identifies the answer that is graded in a cell: its text and pictures, or the files."""
    if is_exercise(cell):
        return code
    pictures = cell.get("attachments")
    text = cell.source + (json.dumps(pictures, sort_keys=True) if pictures else "")
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def code_digest(sources: Mapping[str, bytes]) -> str:
    """Return what identifies the files that were handed in."""
    digest = hashlib.sha256()
    for path, content in sorted(sources.items()):
        digest.update(f"\0{path}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def is_exercise(cell: NotebookNode) -> bool:
    """Whether the judge grades this cell."""
    return cell.cell_type == "code" and utils.is_grade(cell) and not utils.is_solution(cell)


def exercise_result(cell: NotebookNode, graded: Graded) -> ExerciseResult | None:
    """Return what was found out about the exercise of a cell such as "exercise-03-1"."""
    return graded.exercise(exercise_id(cell.metadata.nbgrader["grade_id"]))


def exercise_id(name: str) -> str:
    """Return "03.1" for the cell "exercise-03-1", or ""."""
    match = GRADE_ID.fullmatch(name)
    return f"{match[1]}.{match[2]}" if match else ""


def earned_points(cell: NotebookNode, result: ExerciseResult | None) -> float | None:
    """Return the points, never more than the cell is worth; None if the grade must stay open."""
    if result is None or result.judge_failed or not result.points >= 0:
        return None
    return min(result.points, float(cell.metadata.nbgrader["points"]))


def write_outputs(cell: NotebookNode, graded: Graded) -> None:
    """Write the feedback on one exercise and its points, or an error where the grade stays open."""
    result = exercise_result(cell, graded)
    points = earned_points(cell, result)
    cell.execution_count = None
    cell.outputs = []
    if result is not None:
        data = {"text/plain": exercise_text(result), "text/html": exercise_html(result)}
        cell.outputs.append(_output("display_data", data=data, metadata={}))
    if points is None:
        reason = "This is a fault of the grader. The grade stays open."  # which one, the log says
        cell.outputs.append(_output("error", ename="judge_error", evalue=reason, traceback=[reason]))
    else:
        data = {"text/plain": repr(float(points))}
        cell.outputs.append(_output("execute_result", data=data, metadata={}, execution_count=None))


def _output(kind: str, **fields: Any) -> NotebookNode:
    """Return an output. nbformat's `new_output` would validate what was just made: 2 ms a submission."""
    return from_dict({"output_type": kind, **fields})


def course_root(config: Config) -> Path:
    """Return the course that grades. It is never looked for from a submission: that may bring its own."""
    return Path(config.CourseDirectory.root)


def submitted_sources(root: Path, folder: Path) -> dict[str, bytes]:
    """Return the learner's files, as "package/algebra/vectors.py"; none where they cannot be read."""
    try:
        package = read_settings(root / "solutions" / "lessons").package
        return below(package, read_sources(folder, package))
    except AutogradeError:
        return {}


def below(package: str, sources: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return a package's files with its name in front of their paths, as a person reads them."""
    return {f"{package}/{path}": content for path, content in sources.items()}


def show_source(cell: NotebookNode, graded: Graded, sources: dict[str, bytes]) -> None:
    """Put the learner's file before the points of its first exercise, for the instructor to read.

    A file that was shown is taken out of `sources`.
    """
    result = exercise_result(cell, graded)
    if result is None:
        return
    inside = Target.of(result.function).file
    path = next((path for path in sources if path.partition("/")[2] == inside), None)
    if path is not None:
        text = f"{path}, as handed in:\n\n{printable(sources.pop(path).decode('utf-8', 'replace'))}"
        cell.outputs.insert(0, _output("display_data", data={"text/plain": text}, metadata={}))
