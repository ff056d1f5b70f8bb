"""What the notebook shows: each card as HTML and as plain text.

Everything that may come from a learner's code is escaped by the templates. Colours follow the theme
of JupyterLab, and never carry the meaning alone.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from markupsafe import Markup, escape

from autograde.course.backup import Version
from autograde.course.workspace import Workspace
from autograde.exercise import Exercise
from autograde.practice.failure import Place
from autograde.practice.handin import Look
from autograde.practice.progress import Row
from autograde.practice.run import Practice
from autograde.practice.standing import progress_lines, standing
from autograde.templates import render
from autograde.wording import WORDING

TEMPLATES = Path(__file__).parent / "templates"
HINT_NAMES = ("the idea", "the formula", "the steps")
CODE = re.compile(r"`([^`]+)`")
COMMAND = re.compile(r"\b((?:check|hint|reset|restore)\(&#34;[\d.]+&#34;(?:, \d)?\))")


@dataclass(frozen=True)
class Card:
    """Something to show; a frontend takes the form that it can show best."""

    html: str
    text: str

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.text}


def say(command: str, exercise_id: str) -> str:
    """Return how a command is spelt in a notebook."""
    return f'{command}("{exercise_id}")'


def practice_card(workspace: Workspace, exercise: Exercise, result: Practice, attempts: int = 0) -> Card:
    """Return the public checks of one exercise as a table, with what to do next below."""
    about = [exercise.level, f"{exercise.minutes} minutes"]
    if attempts:
        about.append("1 attempt" if attempts == 1 else f"{attempts} attempts")
    advice = result.advice.text(say)
    html = _render(
        "practice.html.j2",
        result=result,
        advice=advice,
        wording=WORDING,
        link=_link(workspace),
        about=", ".join(about),
    )
    width = max(len(wording.word) for wording in WORDING.values())
    lines = [f"{result.id} {result.function}: {result.title}"]
    if result.problem:
        lines.append(f"  {_located(result.problem, result.place)}")
    for check in result.checks:
        wording = WORDING[check.verdict]
        lines.append(f"  {wording.symbol} {wording.word:{width}}  {check.sentence}")
        if check.message:
            lines.append(f"    {'':{width}}  {_located(check.message, check.place)}")
    return Card(html, "\n".join([*lines, result.summary, advice]))


def hint_card(exercise: Exercise, number: int) -> Card:
    """Return one hint; numbered steps become a list."""
    count = len(exercise.hints)
    hint = exercise.hints[number - 1]
    title = f"Hint {number} of {count} for {exercise.id}: {HINT_NAMES[number - 1]}"
    last = f'That was the last one. hint("{exercise.id}", 1) shows the first again.'
    next_step = last if number == count else f'hint("{exercise.id}", {number + 1}) shows the next one.'
    html = _render("hint.html.j2", title=title, parts=_steps(hint), next_step=next_step)
    return Card(html, f"{title}\n{hint}\n{next_step}")


def _steps(hint: str) -> list[str]:
    """Return the steps of "1. Do this. 2. Do that."; a text that is no such list is one part."""
    if not hint.startswith("1. "):
        return [hint]
    steps: list[str] = []
    rest = hint[3:]
    while len(parts := re.split(rf"(?<=[.:;)`])\s+{len(steps) + 2}\.\s+", rest, maxsplit=1)) == 2:
        steps.append(parts[0])
        rest = parts[1]
    return [*steps, rest]


def hints_card(exercise: Exercise, shown: int) -> str:
    """Return the first `shown` hints as HTML, the last one unfolded."""
    hints = [
        (f"Hint {number}: {HINT_NAMES[number - 1]}", _steps(exercise.hints[number - 1]))
        for number in range(1, shown + 1)
    ]
    return _render("hints.html.j2", hints=hints)


def solution_card(text: str) -> str:
    """Return how the reference does it, as HTML."""
    return _render("solution.html.j2", text=text)


def sentence_card(sentence: str) -> Card:
    """Return what a command did, in one sentence."""
    return Card(_render("sentence.html.j2", sentence=sentence), sentence)


def look_card(found: Look) -> Card:
    """Return what goes in when a lesson is handed in."""
    lesson = found.contents.lesson
    next_step = f"Nothing is handed in yet. Press Hand in, or run in a terminal: autograde submit {lesson}"
    html = _render("look.html.j2", look=found)
    return Card(html, "\n".join([*found.lines(), next_step]))


def versions_card(exercise: Exercise, found: Sequence[Version]) -> Card:
    """Return all kept texts of an exercise's file, the newest first."""
    title = f"Versions of {exercise.file}"
    next_step = f'restore("{exercise.id}", 1) brings the first of them back.'
    rows = [
        (str(number), f"{each.when:%d %B, %H:%M:%S}", each.change) for number, each in enumerate(found, 1)
    ]
    html = _render("versions.html.j2", title=title, rows=rows, next_step=next_step)
    return Card(html, "\n".join([title, *("  ".join(row) for row in rows), next_step]))


def progress_card(workspace: Workspace, rows: Sequence[Row], more: str = "") -> Card:
    """Return exercises with their state and where they lie; `more` says that further ones follow."""
    done = sum(row.accepted for row in rows)
    sentence = f"{done} of {len(rows)} exercises accepted by their public checks. {more}".strip()
    lessons = [standing(workspace, lesson) for lesson in dict.fromkeys(row.lesson for row in rows)]
    late = workspace.settings.late_sentence
    html = _render(
        "progress.html.j2", rows=rows, lessons=lessons, sentence=sentence, late=late, link=_link(workspace)
    )
    return Card(html, "\n".join([*progress_lines(rows, lessons), sentence, *filter(None, [late])]))


def _link(workspace: Workspace) -> Callable[[str], str]:
    """Return what leads from the notebook to a file of the workspace."""
    return lambda file: quote(Path(os.path.relpath(workspace.root / file)).as_posix())


def prose(text: str, link: str = "", file: str = "") -> Markup:
    """Return escaped text with `code` and commands set as code, and the name of `file` as a link."""
    escaped = COMMAND.sub(r"<code>\1</code>", CODE.sub(r"<code>\1</code>", str(escape(text))))
    if link and file:
        name = str(escape(file))
        escaped = escaped.replace(name, f'<a href="{escape(link)}">{name}</a>')
    return Markup(escaped)


def _located(message: str, place: Place | None) -> str:
    return f"{message} ({place})" if place else message


def _render(template: str, **values: Any) -> str:
    return render(TEMPLATES, template, values, (("prose", prose),))
