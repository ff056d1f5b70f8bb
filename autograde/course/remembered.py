"""What a workspace remembers of its learner: hints that were shown, attempts, answers to questions.

It lies in `.autograde/state.json`. None of it is graded, and a damaged file counts as empty.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from autograde.course.backup import keep
from autograde.course.files import read_object, write_atomically
from autograde.course.workspace import Workspace
from autograde.exercise import Exercise

T = TypeVar("T")


@dataclass
class Remembered:
    """What is remembered.

    Args:
        hints: how many hints of an exercise were shown, by its id.
        attempts: how often an exercise was checked with a text that was not its last one, by its id.
        checked: the digest of that last text.
        check_on_save: whether an open card checks again at each save.
        answers: what was answered to a question without points, by its id.
    """

    hints: dict[str, int] = field(default_factory=dict)
    attempts: dict[str, int] = field(default_factory=dict)
    checked: dict[str, str] = field(default_factory=dict)
    check_on_save: bool = False
    answers: dict[str, str] = field(default_factory=dict)


def recall(workspace: Workspace) -> Remembered:
    """Return what is remembered."""
    state = read_object(_file(workspace))
    return Remembered(
        _each(state, "hints", int),
        _each(state, "attempts", int),
        _each(state, "checked", str),
        state.get("check_on_save") is True,
        _each(state, "answers", str),
    )


def remember(workspace: Workspace, remembered: Remembered) -> None:
    """Keep it for later; where nothing can be written, it is forgotten."""
    text = json.dumps(asdict(remembered), indent=1, sort_keys=True).encode()
    with contextlib.suppress(OSError):
        write_atomically(_file(workspace), text)


def note_answer(workspace: Workspace, question: str, answer: str | None) -> None:
    """Keep the answer to a question, or forget it."""
    remembered = recall(workspace)
    remembered.answers.pop(question, None)
    if answer is not None:
        remembered.answers[question] = answer
    remember(workspace, remembered)


def show_hint(workspace: Workspace, exercise: Exercise, number: int | None = None) -> int:
    """Return the number of the hint to show: this one, or the one that was shown last; remember it."""
    remembered = recall(workspace)
    shown = remembered.hints.get(exercise.id, 0)
    number = number or max(1, min(shown, len(exercise.hints)))
    remembered.hints[exercise.id] = max(shown, number)
    remember(workspace, remembered)
    return number


def next_hint(workspace: Workspace, exercise: Exercise) -> int:
    """Return the number of the hint after the one that was shown last, 1 to 3, and remember it."""
    shown = recall(workspace).hints.get(exercise.id, 0)
    return show_hint(workspace, exercise, min(shown + 1, len(exercise.hints)))


def note_attempt(workspace: Workspace, exercise: Exercise) -> int:
    """Keep the exercise's file as it is checked now; return how many attempts there were with this one."""
    path, remembered = workspace.root / exercise.file, recall(workspace)
    with contextlib.suppress(OSError):  # a check is worth more than its count
        text = path.read_bytes()
        keep(workspace.root, exercise.file, text)
        digest = hashlib.sha256(text).hexdigest()[:16]
        if remembered.checked.get(exercise.id) != digest:
            remembered.checked[exercise.id] = digest
            remembered.attempts[exercise.id] = remembered.attempts.get(exercise.id, 0) + 1
            remember(workspace, remembered)
    return remembered.attempts.get(exercise.id, 0)


def _file(workspace: Workspace) -> Path:
    return workspace.root / ".autograde" / "state.json"


def _each(state: Mapping[str, Any], name: str, kind: type[T]) -> dict[str, T]:
    found = state.get(name)
    items = found.items() if isinstance(found, Mapping) else ()
    return {str(key): value for key, value in items if type(value) is kind}
