"""The judge in place of nbgrader's kernel: points and feedback of each exercise, and the grade kept.

nbgrader reads empty or odd outputs as full marks, and a preprocessor that raises leaves the old grade.
So outputs are always written, the points go into the gradebook as numbers, and a fault of ours leaves
the grade open.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader import utils
from nbgrader.preprocessors import NbGraderPreprocessor, SaveAutoGrades

from autograde.call import Target
from autograde.classroom.feedback import exercise_html, exercise_text
from autograde.classroom.grading import Graded, warm_grader
from autograde.course.course import find_course
from autograde.course.settings import read_settings
from autograde.course.submission import read_sources
from autograde.errors import AutogradeError
from autograde.nbgrader_plugins.notes import NOTE
from autograde.nbgrader_plugins.submitted import refusal_path
from autograde.verdict import ExerciseResult
from autograde.wording import printable

GRADE_ID = re.compile(r"exercise-(\d\d)-(\d+)")
RESULT = "autograde_result"

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
        ids[RESULT] = graded
        sources = submitted_sources(folder)
        for cell in nb.cells:
            if is_exercise(cell):
                write_outputs(cell, graded)
                show_source(cell, graded, sources)
        return nb, resources

    def _graded(self, folder: Path, lesson: str, student: str, note: object) -> Graded:
        notes = (note,) if isinstance(note, str) else ()
        try:
            root = find_course(folder)
            refusal = refusal_path(root, student, lesson)
            if refusal.is_file():
                notes = (*notes, refusal.read_text("utf-8"))
        except (AutogradeError, OSError) as error:
            return Graded(student, lesson, "", notes, str(error))
        return warm_grader(root).grade(folder, lesson, student, notes)


class SaveGrades(SaveAutoGrades):
    """Keeps the judge's points in the gradebook, and its notes as comments on the written answers."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Write all grades and comments."""
        self._graded: Graded = resources["nbgrader"].pop(RESULT)
        return super().preprocess(nb, resources)

    def _add_score(self, cell: NotebookNode, resources: Resources) -> None:
        if not is_exercise(cell):
            super()._add_score(cell, resources)
            return
        grade = self.gradebook.find_grade(
            cell.metadata.nbgrader["grade_id"], self.notebook_id, self.assignment_id, self.student_id
        )
        grade.auto_score = earned_points(cell, exercise_result(cell, self._graded))
        grade.needs_manual_grade = grade.auto_score is None or grade.manual_score is not None
        self.gradebook.db.commit()

    def _add_comment(self, cell: NotebookNode, resources: Resources) -> None:
        super()._add_comment(cell, resources)
        if self._graded.notes:
            comment = self.gradebook.find_comment(
                cell.metadata.nbgrader["grade_id"], self.notebook_id, self.assignment_id, self.student_id
            )
            comment.auto_comment = " ".join(filter(None, (comment.auto_comment, *self._graded.notes)))
            self.gradebook.db.commit()


def is_exercise(cell: NotebookNode) -> bool:
    """Whether the judge grades this cell."""
    return cell.cell_type == "code" and utils.is_grade(cell) and not utils.is_solution(cell)


def exercise_result(cell: NotebookNode, graded: Graded) -> ExerciseResult | None:
    """Return what was found out about the exercise of a cell such as "exercise-03-1"."""
    match = GRADE_ID.fullmatch(cell.metadata.nbgrader["grade_id"])
    return graded.exercise(f"{match[1]}.{match[2]}") if match else None


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
        cell.outputs.append(new_output("display_data", data=data))
    if points is None:
        reason = "This is a fault of the grader. The grade stays open."  # which one, the log says
        cell.outputs.append(new_output("error", ename="judge_error", evalue=reason, traceback=[reason]))
    else:
        cell.outputs.append(new_output("execute_result", data={"text/plain": repr(float(points))}))


def submitted_sources(folder: Path) -> dict[str, bytes]:
    """Return the learner's files, as "package/algebra/vectors.py"; none where they cannot be read."""
    try:
        package = read_settings(find_course(folder) / "solutions" / "lessons").package
        return {f"{package}/{path}": content for path, content in read_sources(folder, package).items()}
    except AutogradeError:
        return {}


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
        cell.outputs.insert(0, new_output("display_data", data={"text/plain": text}))
