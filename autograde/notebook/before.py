"""What a kernel of `autograde lab` offers before `%load_ext` was run: the way to it, not a bare NameError."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

NAMES = ("check", "hint", "reset", "restore", "progress", "submit", "questions", "predict", "predictions")


class NotLoaded(Exception):
    """Ends a cell with one line instead of a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


def offer(shell: InteractiveShell) -> None:
    """Give every command of a lesson a function that says what to run first."""
    shell.push({name: _not_loaded(name) for name in NAMES})


def _not_loaded(name: str) -> Callable[..., None]:
    def say(*args: object, **kwargs: object) -> None:
        raise NotLoaded(
            f"{name}: run the first cell of this notebook before it, %load_ext autograde.notebook"
        )

    return say
