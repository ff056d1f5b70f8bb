"""The card with questions: the learner answers first, then sees the right answer beside the own one.

One widget serves the questions with which a lesson begins, a prediction before a cell, and the look back at
the lesson's end. What was answered is kept in the workspace; nothing waits for an answer, and none earns a
point. Where no widget runs it is a page whose answers unfold, and plain text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import anywidget
import traitlets
from markupsafe import Markup, escape

from autograde.course.questions import Question
from autograde.course.remembered import note_answer, recall
from autograde.course.workspace import Workspace
from autograde.errors import AutogradeError
from autograde.notebook.inline import beside, module
from autograde.templates import render

FOLDER = Path(__file__).parent
MARKED = re.compile(r"`(?P<code>[^`]+)`|\*(?P<em>[^*\s](?:[^*]*[^*\s])?)\*")


class QuestionCard(anywidget.AnyWidget):  # type: ignore[misc]  # of no type, as mypy does not read it
    """Some questions, each open until it is answered.

    Args:
        workspace: where answers are kept.
        questions: what is asked.
        title: what stands above; "" for nothing.
        closed: whether it only looks back: nothing can be answered, and what was not shows no answer.
    """

    _esm = module(FOLDER / "questions.js")
    _css = (FOLDER / "questions.css").read_text("utf-8")

    title = traitlets.Unicode().tag(sync=True)
    items = traitlets.List().tag(sync=True)
    said = traitlets.Unicode().tag(sync=True)
    closed = traitlets.Bool(False).tag(sync=True)

    def __init__(
        self, workspace: Workspace, questions: Sequence[Question], title: str = "", closed: bool = False
    ) -> None:
        super().__init__(title=title, closed=closed)
        self.workspace = workspace
        self.questions = {question.id: question for question in questions}
        self._look()
        self.on_msg(self._asked)

    def answer(self, id: str, given: object) -> None:
        """Keep an answer; None forgets it. Raises AutogradeError for one that the question does not have."""
        question = self.questions[id]
        note_answer(self.workspace, id, None if given is None else question.read(given))
        self._look()
        item = next(each for each in self.items if each["id"] == id)
        self.said = "" if given is None else _sentence(item)

    def text(self) -> str:
        """Return the card as plain text."""
        return "\n\n".join([*filter(None, [self.title]), *(self._text(item) for item in self.items)])

    def html(self) -> str:
        """Return the card for a page without a kernel: answers unfold there."""
        pairs = zip(self.questions.values(), self.items, strict=True)
        values = {"title": self.title, "closed": self.closed, "pairs": pairs}
        return render(FOLDER / "templates", "questions.html.j2", values, (("marked", marked),))

    def _look(self) -> None:
        """Look at what was answered so far."""
        given = recall(self.workspace).answers
        self.items = [self._item(each, given.get(each.id)) for each in self.questions.values()]

    def _item(self, question: Question, given: str | None) -> dict[str, Any]:
        try:
            given = None if given is None else question.read(given)
        except AutogradeError:  # the question has changed since
            given = None
        shown = [question.ask, *question.choices]
        item: dict[str, Any] = {"id": question.id, "kind": question.kind, "lesson": question.lesson}
        item |= {"ask": question.ask, "choices": list(question.choices), "given": given}
        if given is not None:
            shown += [question.answer, question.because, given]
            item |= {
                "answer": question.answer,
                "because": question.because,
                "right": question.is_right(given),
            }
            item["verdict"] = _verdict(question, given)
        return item | {"html": {text: str(marked(text)) for text in shown}}

    def _asked(self, _: object, content: Any, buffers: object) -> None:
        """Do what the card asks for."""
        id, given = (content.get("id"), content.get("given")) if isinstance(content, dict) else (None, None)
        if id not in self.questions or self.closed:
            return
        try:
            self.answer(id, given)
        except AutogradeError as error:
            self.said = str(error)

    def _text(self, item: dict[str, Any]) -> str:
        lines = [plain(item["ask"])]
        if item["given"] is not None:
            return "\n".join([*lines, f"  {plain(_sentence(item))}"])
        if self.closed:
            return "\n".join([*lines, "  Not answered."])
        lines += [f"  {number}. {plain(choice)}" for number, choice in enumerate(item["choices"], 1)]
        example = {"choice": "1", "number": "0.5", "order": '"2 > 1 > 3"'}[item["kind"]]
        return "\n".join([*lines, f'  predict("{item["id"]}", {example}) answers.'])

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        return beside(super()._repr_mimebundle_(**kwargs), self.text(), self.html())


def marked(text: str) -> Markup:
    """Return escaped text with `code` and *words* marked."""

    def tag(found: re.Match[str]) -> str:
        name = found.lastgroup
        return f"<{name}>{found[name or 0]}</{name}>"

    return Markup(MARKED.sub(tag, str(escape(text))))


def plain(text: str) -> str:
    """Return the text without its marks."""
    return MARKED.sub(lambda found: found["code"] or found["em"], text)


def _verdict(question: Question, given: str) -> str:
    if question.is_right(given):
        return "right" if given == question.answer else "near enough"
    return "not so" if question.lesson else "something else came out"


def _sentence(item: dict[str, Any]) -> str:
    """Return what a screen reader says once an answer is kept."""
    return f"You: {item['given']}. It is: {item['answer']} ({item['verdict']}). {item['because']}"
