"""What `%load_ext autograde.notebook` does, and the functions that it offers."""

from __future__ import annotations

import functools
import inspect
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, ParamSpec, Self

from autograde.course.backup import names, versions
from autograde.course.questions import FILE, Question, read_questions
from autograde.course.remembered import show_hint
from autograde.course.reset import expect_version
from autograde.course.reset import reset as reset_exercise
from autograde.course.reset import restore as restore_exercise
from autograde.course.workspace import Workspace, find_folder, find_lesson, find_workspace, named_lesson
from autograde.errors import AutogradeError, explain, sentence
from autograde.notebook.card import (
    Card,
    hint_card,
    progress_card,
    sentence_card,
    versions_card,
)
from autograde.notebook.exercise import ExerciseCard
from autograde.notebook.handin import HandInCard
from autograde.notebook.questions import QuestionCard
from autograde.notebook.reload import Reloader
from autograde.practice.fresh import FreshFinder, take_modules
from autograde.practice.progress import Row, progress_rows
from autograde.practice.run import interpret_kernels_without_gpu

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

P = ParamSpec("P")

SLOW_S = 1.0
REDRAWN_S = 0.5
UNCHANGED = "Nothing was changed."
KEPT = "Your file is kept under backup/."


class Stop(Exception):
    """Ends a cell as an error, so that Run All stops there, and shows one line instead of a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


def _in_one_line(function: Callable[P, None]) -> Callable[P, None]:
    """Turn what is no fault of ours, or what a file cannot give, into a `Stop`."""
    signature = inspect.signature(function)
    called = f"{function.__name__}({', '.join(signature.parameters)})"

    @functools.wraps(function)
    def told(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            signature.bind(*args, **kwargs)
        except TypeError as error:
            raise Stop(explain("call", called, error)) from None
        try:
            function(*args, **kwargs)
        except (AutogradeError, OSError) as error:
            raise Stop(sentence(error)) from None

    return told


@_in_one_line
def load_ipython_extension(shell: InteractiveShell) -> None:
    """Find the workspace, let its package be imported from it, follow its edits, offer the functions."""
    workspace = find_workspace()
    if not any(isinstance(finder, FreshFinder) and finder.root == workspace.root for finder in sys.meta_path):
        unload_ipython_extension(shell)
        take_modules(workspace.settings.package)  # one that was imported before, from elsewhere
        sys.meta_path.insert(0, FreshFinder(workspace.root, workspace.settings.package))
        sys.path.insert(0, str(workspace.root))
        shell.events.register("pre_run_cell", Reloader(workspace.package))
    interpret_kernels_without_gpu()
    shell.push(functions(workspace))
    _allow_another_load(shell)


def _allow_another_load(shell: InteractiveShell) -> None:
    """Let the cell with `%load_ext` run again in silence; IPython would say that it is loaded already."""

    def forget(*event: object) -> None:
        shell.extension_manager.loaded.discard("autograde.notebook")
        shell.events.unregister("post_run_cell", forget)

    shell.events.register("post_run_cell", forget)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """Stop following the edits in the package."""
    for callback in list(shell.events.callbacks["pre_run_cell"]):
        if isinstance(callback, Reloader):
            shell.events.unregister("pre_run_cell", callback)
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, FreshFinder)]


def functions(workspace: Workspace) -> dict[str, Callable[..., None]]:
    """Return what a lesson's cells call, by name."""

    @_in_one_line
    def check(exercise_id: str) -> None:
        """Run the public checks of one exercise, such as "03.1", on your files as they are now."""
        card = ExerciseCard(workspace, exercise_id)
        with _Running(f"The check of {exercise_id}") as running:
            result = card.check()
        running.show(card)
        if not result.accepted:
            state = "accepted" if result.attempted else "written"
            raise Stop(f"Run All stops here: {result.id} {result.function} is not {state} yet.")

    @_in_one_line
    def hint(exercise_id: str, number: int | None = None) -> None:
        """Show the hint that was shown last, or a given one: 1 the idea, 2 the formula, 3 the steps."""
        _, exercise = find_lesson(workspace, exercise_id)
        count = len(exercise.hints)
        if number is not None and number not in range(1, count + 1):
            raise AutogradeError(explain("hint", f"a number from 1 to {count}", repr(number)))
        _show(hint_card(exercise, show_hint(workspace, exercise, number)))

    @_in_one_line
    def reset(exercise_id: str) -> None:
        """Put the functions of an exercise back to where they began, once you say yes; your file is kept."""
        _, exercise = find_lesson(workspace, exercise_id)
        sure = _says_yes(
            f"Put {' and '.join(exercise.names)} in {exercise.file} back to where it began? {KEPT}"
        )
        done = reset_exercise(workspace, exercise).sentence if sure else UNCHANGED
        _show(sentence_card(done))

    @_in_one_line
    def restore(exercise_id: str, number: int | None = None) -> None:
        """Show the kept versions of an exercise's file, or bring one back if you say yes: 1 is the newest."""
        _, exercise = find_lesson(workspace, exercise_id)
        kept = names(workspace.root, exercise.file)
        if number is None and kept:
            _show(versions_card(exercise, versions(workspace.root, exercise.file)))
            return
        question = f"Bring back {expect_version(exercise, kept, number)}?"
        done = (
            restore_exercise(workspace, exercise, number or 1).sentence if _says_yes(question) else UNCHANGED
        )
        _show(sentence_card(done))

    @_in_one_line
    def progress() -> None:
        """Show how far you are; what has changed since it was last checked is checked again."""
        rows: list[Row] = []
        shown, redraws = time.monotonic(), _can_redraw()
        for row in progress_rows(workspace):
            rows.append(row)
            if redraws and time.monotonic() - shown > REDRAWN_S:
                shown = time.monotonic()
                _show(progress_card(workspace, rows, "More is being checked."), grows=True)
        _show(progress_card(workspace, rows), grows=redraws)
        if not rows:
            raise AutogradeError(explain(str(workspace.lessons), "lessons", "none", "Fetch one first."))

    @_in_one_line
    def submit(lesson: str | None = None) -> None:
        """Show what goes in of this lesson, or of a given one; its button hands it in."""
        card = HandInCard(workspace, named_lesson(workspace, lesson))
        with _Running("The look at what goes in") as running:
            card.look()
        running.show(card)

    @_in_one_line
    def questions(lesson: str) -> None:
        """Ask what is still known of earlier lessons, at the start of one, such as "03"; never for points."""
        found = [each for each in _asked(workspace, lesson) if each.lesson]
        _show(QuestionCard(workspace, found, "What do you still know?"))

    @_in_one_line
    def predict(question: str, answer: object = None) -> None:
        """Ask for a prediction before a cell runs, or keep the one that is given; never for points."""
        found = {each.id: each for each in _asked(workspace, question)}
        if question not in found:
            raise AutogradeError(explain("question", f"one of {', '.join(found)}", repr(question)))
        card = QuestionCard(workspace, [found[question]])
        if answer is not None:
            card.answer(question, answer)
        _show(card)

    @_in_one_line
    def predictions(lesson: str) -> None:
        """Show every prediction of a lesson beside what came out."""
        found = [each for each in _asked(workspace, lesson) if not each.lesson]
        _show(QuestionCard(workspace, found, "What you predicted, and what came out", closed=True))

    offered = check, hint, reset, restore, progress, submit, questions, predict, predictions
    return {each.__name__: each for each in offered}


def _asked(workspace: Workspace, id: str) -> list[Question]:
    """Return the questions of the lesson with which an id begins."""
    if not isinstance(id, str):
        raise AutogradeError(explain("question", 'an id in quotes, as in "03"', repr(id)))
    folder = find_folder(workspace, id, "question")
    found = list(read_questions(folder).values())
    if not found:
        raise AutogradeError(explain(f"{folder.name}/{FILE}", "questions", "none", "Fetch the lesson again."))
    return found


def _says_yes(question: str) -> bool:
    """Ask whoever runs the cell: Run All waits for an answer, and where nobody can be asked it is no."""
    try:
        return input(f"{question} Type yes: ").strip().lower() == "yes"
    except (EOFError, NotImplementedError):  # a grader, Validate, a page that is exported
        return False


class _Running:
    """Says that something runs, and since when, where it takes more than a second."""

    def __init__(self, what: str) -> None:
        self._sentence = f"{what} runs since {datetime.now():%H:%M:%S}."
        self._timer = threading.Timer(SLOW_S, self._say)
        self._said: Any = None

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._timer.cancel()
        self._timer.join()

    def _say(self) -> None:
        from IPython.display import display

        self._said = display(sentence_card(self._sentence), display_id=True)

    def show(self, card: object) -> None:
        """Show what came of it, in the place of the sentence."""
        from IPython.display import display

        if self._said:
            self._said.update(card)
        else:
            display(card)


def _can_redraw() -> bool:
    """Return whether a card can take the place of another one: in a notebook, not in a terminal."""
    from IPython.core.getipython import get_ipython

    return hasattr(get_ipython(), "kernel")


def _show(card: Card | QuestionCard, grows: bool = False) -> None:
    """Show a card; one that `grows` takes the place of the card before it."""
    from IPython.display import clear_output, display

    if grows:
        clear_output(wait=True)
    display(card)
