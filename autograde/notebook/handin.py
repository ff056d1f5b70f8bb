"""Handing in from a notebook: what goes in is shown, and nothing is handed in before a button is pressed.

`submit()` shows this card alone, the exercise card holds it. Handing in itself is `autograde submit`, in a
process of its own: nbgrader changes the folder and the settings of whoever calls it.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from autograde.course.lesson import Lesson
from autograde.course.workspace import Workspace
from autograde.errors import AutogradeError, sentence
from autograde.notebook.card import Card, look_card
from autograde.notebook.inline import beside, module
from autograde.practice.handin import look

FOLDER = Path(__file__).parent
SCRIPTS = (FOLDER / "desk.js", FOLDER / "handin.js")
SUBMIT = "import sys; from autograde.cli.main import main; main(['submit', '--json', *sys.argv[1:]])"


class HandInCard(anywidget.AnyWidget):  # type: ignore[misc]  # of no type, as mypy does not read it
    """One lesson: what would go in, and the button that hands it in."""

    _esm = module(*SCRIPTS, FOLDER / "submit.js")
    _css = (FOLDER / "exercise.css").read_text("utf-8")

    said = traitlets.Unicode().tag(sync=True)
    answered = traitlets.Int(0).tag(sync=True)
    handing = traitlets.Unicode().tag(sync=True)
    asks = traitlets.Bool(False).tag(sync=True)
    taken = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def __init__(self, workspace: Workspace, lesson: Lesson) -> None:
        super().__init__()
        self.workspace = workspace
        self.lesson = lesson
        self.shown = Card("", "")
        self.taken = [_here(path) for path in sorted(workspace.package.rglob("*.py"))]
        self.on_msg(self._asked)

    def look(self) -> str:
        """Show what would go in now."""
        with contextlib.redirect_stdout(io.StringIO()):
            self.shown = look_card(look(self.workspace, self.lesson))
        self.handing, self.asks = self.shown.html, True
        return "Nothing is handed in yet."

    def actions(self) -> Mapping[str, Callable[[], str]]:
        """Return what a button may ask for; each says what it did."""
        return {"look": self.look, "hand in": self._hand_in, "not yet": self._not_yet}

    def _asked(self, _: object, content: Any, buffers: object) -> None:
        """Do what a button asks for; what it has to say stands below the buttons, whatever happens."""
        asked = content.get("do") if isinstance(content, dict) else None
        act = self.actions().get(str(asked))
        if act is None:
            return
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                self.said = act()
        except KeyboardInterrupt:
            self.said = "You stopped it."
        except Exception as error:
            self.said = sentence(error)
        self.answered += 1

    def _hand_in(self) -> str:
        command = [sys.executable, "-c", SUBMIT, self.lesson.id]
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.workspace.root)
        if done.returncode:
            raise AutogradeError(done.stderr.strip().removeprefix("submit: ") or "Nothing was handed in.")
        sentence = str(json.loads(done.stdout)["sentence"])
        self.look()
        self.asks = False
        return sentence

    def _not_yet(self) -> str:
        self.handing, self.asks = "", False
        return "Nothing was handed in."

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        return beside(super()._repr_mimebundle_(**kwargs), self.shown.text, self.shown.html)


def _here(path: Path) -> str:
    """Return a path as the notebook's folder sees it."""
    return Path(os.path.relpath(path)).as_posix()
