"""What `%load_ext autograde.notebook` does, and the four functions that it offers."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, ParamSpec

from autograde.course.workspace import Workspace, find_lesson, find_workspace, next_hint
from autograde.course.workspace import reset as reset_exercise
from autograde.errors import AutogradeError, explain
from autograde.notebook.card import Card, hint_card, practice_card, progress_card, reset_card, say
from autograde.notebook.reload import Reloader
from autograde.practice.fresh import FreshFinder, take_modules
from autograde.practice.run import (
    Practice,
    interpret_kernels_without_gpu,
    practise,
    practise_all,
)

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

P = ParamSpec("P")


class Stop(Exception):
    """Ends a cell as an error, so that Run All stops there, and shows one line instead of a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


def _in_one_line(function: Callable[P, None]) -> Callable[P, None]:
    """Turn an `AutogradeError` into a `Stop`."""

    @functools.wraps(function)
    def told(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            function(*args, **kwargs)
        except AutogradeError as error:
            raise Stop(str(error)) from None

    return told


@_in_one_line
def load_ipython_extension(shell: InteractiveShell) -> None:
    """Find the workspace, let its package be imported from it, follow its edits, offer the four functions."""
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
        result = practise(workspace, exercise_id)
        _show(practice_card(workspace, result))
        if not result.accepted:
            raise Stop(result.summary if result.attempted else f"{result.summary} {result.advice.text(say)}")

    @_in_one_line
    def hint(exercise_id: str, number: int | None = None) -> None:
        """Show the next hint for an exercise, or a given one: the idea, the formula, the steps."""
        _, exercise = find_lesson(workspace, exercise_id)
        count = len(exercise.hints)
        if number is not None and number not in range(1, count + 1):
            raise AutogradeError(explain("hint", f"a number from 1 to {count}", repr(number)))
        _show(hint_card(exercise, number or next_hint(workspace, exercise)))

    @_in_one_line
    def reset(exercise_id: str) -> None:
        """Put the functions of an exercise back to where they began; your file is kept under backup/."""
        _, exercise = find_lesson(workspace, exercise_id)
        _show(reset_card(reset_exercise(workspace, exercise)))

    @_in_one_line
    def progress() -> None:
        """Run the public checks of all exercises and show how far you are."""
        results: list[Practice] = []
        for result in practise_all(workspace):
            results.append(result)
            due = workspace.settings.due_sentences(dict.fromkeys(each.lesson for each in results))
            _show(progress_card(tuple(results), due), grows=len(results) > 1)
        if not results:
            raise AutogradeError(explain(str(workspace.lessons), "lessons", "none", "Fetch one first."))

    return {"check": check, "hint": hint, "reset": reset, "progress": progress}


def _show(card: Card, grows: bool = False) -> None:
    """Show a card; one that `grows` takes the place of the card before it."""
    from IPython.display import clear_output, display

    if grows:
        clear_output(wait=True)
    display(card)
