"""The exercise card with its buttons, in every front end that runs widgets; elsewhere it is a table.

What a button does, the kernel does. What JupyterLab alone can do (open a file beside the notebook, save it,
read it again) the script does itself, where JupyterLab shows itself to it.
"""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import traitlets

from autograde.course.backup import newest_other
from autograde.course.putback import line_of
from autograde.course.remembered import next_hint, note_attempt, recall, remember
from autograde.course.reset import reset, restore
from autograde.course.solution import may_be_seen, solution
from autograde.course.workspace import Workspace, find_lesson
from autograde.notebook.card import hints_card, practice_card, solution_card
from autograde.notebook.handin import FOLDER, SCRIPTS, HandInCard
from autograde.notebook.inline import module
from autograde.practice.progress import kept_rows, note_result
from autograde.practice.run import Practice, Told, practise

LONGEST_PRINT = 4000
"""Characters shown of what a learner's functions print while a button checks them: the last ones."""


class ExerciseCard(HandInCard):
    """One exercise: its public checks, its hints, the way to its file and back, and to handing in."""

    _esm = module(*SCRIPTS, FOLDER / "exercise.js")

    html = traitlets.Unicode().tag(sync=True)
    printed = traitlets.Unicode().tag(sync=True)
    hints = traitlets.Unicode().tag(sync=True)
    hints_left = traitlets.Int(3).tag(sync=True)
    offers_solution = traitlets.Bool(False).tag(sync=True)
    solution = traitlets.Unicode().tag(sync=True)
    file = traitlets.Unicode().tag(sync=True)
    line = traitlets.Int(1).tag(sync=True)
    names = traitlets.Unicode().tag(sync=True)
    can_undo = traitlets.Bool(False).tag(sync=True)
    accepted = traitlets.Bool(False).tag(sync=True)
    following = traitlets.Unicode().tag(sync=True)
    submits = traitlets.Bool(False).tag(sync=True)
    check_on_save = traitlets.Bool(False).tag(sync=True)

    def __init__(self, workspace: Workspace, exercise_id: str) -> None:
        lesson, self.exercise = find_lesson(workspace, exercise_id)
        super().__init__(workspace, lesson)
        self.file = Path(os.path.relpath(workspace.root / self.exercise.file)).as_posix()
        self.names = " and ".join(self.exercise.names)
        self.attempted = False
        self.check_on_save = recall(workspace).check_on_save
        self._see()

    def check(self, told: Told | None = None) -> Practice:
        """Run the public checks on the file as it is now, and show what came of them."""
        attempts = note_attempt(self.workspace, self.exercise)
        result = practise(self.workspace, self.exercise.id, told)
        note_result(self.workspace, self.lesson, result)
        self._show(result, attempts)
        self.accepted, self.attempted = result.accepted, result.attempted
        self.following = result.advice.exercise_id if result.advice.action == "continue" else ""
        self._see()
        return result

    def _show(self, result: Practice, attempts: int) -> None:
        self.shown = practice_card(self.workspace, self.exercise, result, attempts)
        self.html = self.shown.html

    def _see(self) -> None:
        """Look at the file: where the function stands, and whether there is another version of it."""
        path = self.workspace.root / self.exercise.file
        with contextlib.suppress(OSError):
            self.line = line_of(path.read_bytes(), self.exercise.target.name)
        self.can_undo = newest_other(self.workspace.root, self.exercise.file) is not None
        shown = recall(self.workspace).hints.get(self.exercise.id, 0)
        self.hints_left = len(self.exercise.hints) - shown
        self.hints = hints_card(self.exercise, shown) if shown else ""
        self.offers_solution = may_be_seen(self.workspace, self.accepted, self.attempted, self.hints_left)
        accepted = {row.id for row in kept_rows(self.workspace) if row.accepted}
        last = self.exercise.id == self.lesson.exercises[-1].id
        self.submits = last or all(each.id in accepted for each in self.lesson.exercises)

    def actions(self) -> Mapping[str, Callable[[], str]]:
        """Return what a button may ask for; each says what it did."""
        return {
            **super().actions(),
            "check": self._check,
            "hint": self._hint,
            "solution": self._solution,
            "reset": self._reset,
            "undo": self._undo,
            "check on save": self._set_check_on_save,
        }

    def _check(self) -> str:
        def arriving(result: Practice) -> None:
            self._show(result, recall(self.workspace).attempts.get(result.id, 0))

        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            result = self.check(arriving)
        self.printed = printed.getvalue()[-LONGEST_PRINT:]
        return f"Checked at {datetime.now():%H:%M:%S}: {result.state}."

    def _hint(self) -> str:
        number = next_hint(self.workspace, self.exercise)
        self._see()
        return f"Hint {number} of {len(self.exercise.hints)}."

    def _solution(self) -> str:
        if self.offers_solution:
            self.solution = solution_card(solution(self.workspace, self.exercise))
        return "One way to write it; yours may be as good." if self.solution else "Try it first."

    def _reset(self) -> str:
        sentence = reset(self.workspace, self.exercise).sentence
        self.check()
        return sentence

    def _undo(self) -> str:
        number = newest_other(self.workspace.root, self.exercise.file)
        sentence = restore(self.workspace, self.exercise, number or 1).sentence
        self.check()
        return sentence

    def _set_check_on_save(self) -> str:
        remembered = recall(self.workspace)
        remembered.check_on_save = self.check_on_save = not self.check_on_save
        remember(self.workspace, remembered)
        return f"Checking at each save is {'on' if self.check_on_save else 'off'}."
