"""Questions without points: what a learner still knows, and what a cell that was not run yet will show.

They stand in `questions.toml` beside a lesson's notebook, each under a name of its own:

    [recall.octave]                  # one of those with which the lesson begins
    lesson = "01"                    # where it was learned
    ask = "Which frequency is an octave above 220?"
    choices = ["330", "440", "880"]
    answer = "440"
    because = "An octave doubles."

    [predict.fifth]                  # asked before a cell runs
    ask = "How many fifths come close to seven octaves?"
    answer = 12                      # a number; `within` says how near counts as right
    within = 0
    because = "1.5 to the power of 12 is 129.7, and 2 to the power of 7 is 128."

In place of choices there may be an `order`, a list from first to last, which is shown in another one.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from autograde.errors import AutogradeError, explain

FILE = "questions.toml"
ARROW = " → "
LONGEST = 200
"""So many characters of an answer are kept."""

Kind = Literal["choice", "number", "order"]


@dataclass(frozen=True)
class Question:
    """One question.

    Args:
        id: such as "01.octave".
        ask: what is asked; `code` and *words* may be marked.
        kind: how it is answered.
        choices: what to choose from, or to put into an order.
        answer: the right one of them, a number, or all of them in the right order.
        because: why.
        lesson: where it was learned; "" for a prediction.
        within: how far from a right number is near enough.
    """

    id: str
    ask: str
    kind: Kind
    choices: tuple[str, ...]
    answer: str
    because: str
    lesson: str = ""
    within: float = 0.0

    def read(self, given: object) -> str:
        """Return an answer as it is kept; a choice may also be given by its number, from 1 on.

        Raises:
            AutogradeError: it is none that the question has.
        """
        text = str(given).strip()[:LONGEST]
        if self.kind == "number":
            return self._number(text)
        if self.kind == "order":
            parts = [part.strip() for part in text.replace("→", ">").split(">")]
            return ARROW.join(self._choice(part) for part in self._all(parts))
        return self._choice(text)

    def is_right(self, given: str) -> bool:
        """Tell whether an answer, as it is kept, is the right one."""
        if self.kind == "number":
            return abs(float(given) - float(self.answer)) <= self.within + 1e-9
        return given == self.answer

    def _number(self, text: str) -> str:
        try:
            number = float(text.replace(",", "").replace("−", "-"))
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise AutogradeError(explain(self.id, "a number", repr(text)))
        return f"{number:.12g}"

    def _choice(self, text: str) -> str:
        for number, choice in enumerate(self.choices, 1):
            if text.lower() in (choice.lower(), str(number)):
                return choice
        raise AutogradeError(explain(self.id, f"one of {'; '.join(self.choices)}", repr(text)))

    def _all(self, parts: list[str]) -> list[str]:
        if len(parts) != len(self.choices) or len(set(parts)) != len(parts):
            raise AutogradeError(explain(self.id, f"all {len(self.choices)}, with > between", len(parts)))
        return parts


def read_questions(folder: Path) -> dict[str, Question]:
    """Return the questions of a lesson by their ids, in order; none where there is no such file.

    Raises:
        AutogradeError: the file does not say what a question needs.
    """
    path = folder / FILE
    if not path.is_file():
        return {}
    try:
        said = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AutogradeError(explain(str(path), "a TOML file", error)) from error
    number = folder.name.partition("_")[0]
    found = [
        _question(f"{number}.{name}", entry, part)
        for part in ("recall", "predict")
        for name, entry in said.get(part, {}).items()
    ]
    return {question.id: question for question in found}


def _question(id: str, entry: Mapping[str, Any], part: str) -> Question:
    missing = {"ask", "because", *(["lesson"] if part == "recall" else [])} - entry.keys()
    if missing or ("order" in entry) == ("answer" in entry):
        wanted = ", ".join(sorted(missing)) or "either an answer or an order"
        raise AutogradeError(explain(f"{FILE}: {id}", wanted, ", ".join(entry)))
    texts = id, entry["ask"]
    rest = {"because": entry["because"], "lesson": entry.get("lesson", "")}
    if "order" in entry:
        order = tuple(entry["order"])
        shown = tuple(sorted(order))
        return Question(*texts, "order", shown, ARROW.join(order), **rest)
    if "choices" in entry:
        if entry["answer"] not in entry["choices"]:
            raise AutogradeError(explain(f"{FILE}: {id}", "an answer among the choices", entry["answer"]))
        return Question(*texts, "choice", tuple(entry["choices"]), entry["answer"], **rest)
    return Question(*texts, "number", (), f"{entry['answer']:.12g}", within=entry.get("within", 0.0), **rest)
