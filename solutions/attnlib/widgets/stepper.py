"""The stepper: "The cat sat" from embeddings to the output, step by step, by the learner's own functions.

An operation that is not written yet shows no numbers; it says which exercise comes first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets
from numpy.typing import NDArray

from autograde.errors import AutogradeError, explain
from autograde.notebook.inline import InlineWidget, module

from ..cpu import attention, projections, scores, softmax

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[Any]

FOLDER = Path(__file__).parent
TOKENS = ["The", "cat", "sat"]
FEATURES = ["thing", "alive", "action", "small word"]
GIVEN: dict[str, Array] = {
    "x": np.array([[0, 0, 0, 1], [1, 1, 0, 0], [0, 0.2, 1, 0]]),
    "W_Q": np.array([[0.4, 0.6, 0.4, -0.1], [0.5, 0.5, 0, 0.5], [0.2, 0.5, 1.6, 0.8], [0, 1, 0.2, 0.6]]),
    "W_K": np.array([[0, 1, 0, 1], [0, 1, 0, 0], [0, 0.3, 1, 0], [1, 0.5, 0, 0]]),
    "W_V": np.array([[2.0, -1], [0, 5], [5, 0], [1, 0]]),
}
"""The numbers of lesson 04: embeddings and three weights that were chosen, not learned."""

ROLES = {"Q": "query", "K": "key", "V": "value", "scores": "scores", "scaled": "scores"}
ROLES |= {"weights": "weights", "output": "output"}
SHAPES = {"Q": (3, 4), "K": (3, 4), "V": (3, 2), "output": (3, 2)}


@dataclass(frozen=True)
class Operation:
    """One step: what it makes of what, by which function of which exercise.

    `rule` says how a number of the result comes about: from a row on the left and a "column" or a "row" on
    the right, or from the left alone by "divide" or "softmax".
    """

    name: str
    title: str
    exercise: str
    rule: str
    left: str
    right: str
    run: Callable[[Mapping[str, Array]], Any]


def _projected(place: int) -> Callable[[Mapping[str, Array]], Any]:
    weights = [GIVEN[name] for name in ("W_Q", "W_K", "W_V")]
    return lambda known: projections.query_key_value(known["x"], *weights)[place]


OPERATIONS = (
    Operation("Q", "Queries: what each token looks for", "01.2", "column", "x", "W_Q", _projected(0)),
    Operation("K", "Keys: what each token offers", "01.2", "column", "x", "W_K", _projected(1)),
    Operation("V", "Values: what each token hands over", "01.2", "column", "x", "W_V", _projected(2)),
    Operation(
        "scores",
        "Scores: every query with every key",
        "02.1",
        "row",
        "Q",
        "K",
        lambda known: scores.dot_product_scores(known["Q"], known["K"]),
    ),
    Operation(
        "scaled",
        "Scaled: divided by √d_head",
        "02.2",
        "divide",
        "scores",
        "",
        lambda known: scores.scaled_scores(known["Q"], known["K"]),
    ),
    Operation(
        "weights",
        "Weights: each row shared out by softmax",
        "03.1",
        "softmax",
        "scaled",
        "",
        lambda known: softmax.softmax(known["scaled"]),
    ),
    Operation(
        "output",
        "Output: the values, mixed by the weights",
        "04.1",
        "column",
        "weights",
        "V",
        lambda known: attention.weighted_sum(known["weights"], known["V"]),
    ),
)


class Stepper(InlineWidget):
    """The steps of attention for one sentence, with every number. Made by `step_through`."""

    _esm = module(FOLDER / "stepper.js")
    _css = (FOLDER / "stepper.css").read_text("utf-8")

    steps = traitlets.List().tag(sync=True)
    position = traitlets.Int(0).tag(sync=True)
    row = traitlets.Int(1).tag(sync=True)
    column = traitlets.Int(1).tag(sync=True)

    def sentence(self) -> str:
        """Return all steps as plain text, a table for each."""
        return "\n\n".join(_in_text(step) for step in self.steps)

    def still(self, png: str) -> str:
        """Return the same as a part of a page: text says more here than a picture of it."""
        return f"<pre>{escape(self.sentence())}</pre>"

    def picture(self) -> Figure:
        """Return the text as a picture."""
        from matplotlib.figure import Figure

        text = self.sentence()
        figure = Figure(figsize=(6, 0.17 * (text.count("\n") + 2)))
        figure.text(0.02, 0.99, text, family="monospace", fontsize=9, va="top", parse_math=False)
        return figure


def step_through(start: str = "x") -> Stepper:
    """Return "The cat sat", step by step; each step runs the learner's function if it is written.

    Args:
        start: the step that is shown first: x, Q, K, V, scores, scaled, weights or output.

    Raises:
        AutogradeError: there is no such step.
    """
    steps = list(_steps())
    names = [step["name"] for step in steps]
    if start not in names:
        raise AutogradeError(explain("start", f"one of {', '.join(names)}", repr(start)))
    return Stepper(steps=steps, position=names.index(start))


def _steps() -> Iterator[dict[str, Any]]:
    """Yield what each step shows: its tables, or what must be written first."""
    known, missing = dict(GIVEN), ""
    given = _table("x", known["x"])
    yield {"name": "x", "title": "Embeddings: one row for each token", "rule": "given", "tables": [given]}
    for each in OPERATIONS:
        missing = missing or _run(each, known)
        tables = (
            []
            if missing
            else [_table(name, known[name]) for name in (each.left, each.right, each.name) if name]
        )
        step = {"name": each.name, "title": each.title, "rule": each.rule, "tables": tables}
        yield step | {"missing": missing, "role": ROLES[each.name]}


def _run(each: Operation, known: dict[str, Array]) -> str:
    """Add what an operation makes to what is known; return what stands in its way, or nothing."""
    try:
        made = np.asarray(each.run(known), dtype=float)
    except NotImplementedError:
        return f"Exercise {each.exercise} comes first: this step runs the function that you write there."
    except Exception as error:
        return f"Your function of exercise {each.exercise} stopped: {type(error).__name__}: {error}"
    wanted = SHAPES.get(each.name, (3, 3))
    if made.shape != wanted:
        return f"{explain(each.name, f'shape {wanted}', made.shape)} See exercise {each.exercise}."
    known[each.name] = made
    return ""


def _table(name: str, values: Array) -> dict[str, Any]:
    """Return a table with names for its rows and columns; what is no number becomes a text."""
    numbered = [str(place) for place in range(values.shape[1])]
    columns = {"x": FEATURES, "scores": TOKENS, "scaled": TOKENS, "weights": TOKENS}.get(name, numbered)
    rows = FEATURES if name.startswith("W_") else TOKENS
    cells = [
        [round(number, 4) if np.isfinite(number) else str(number) for number in row]
        for row in values.tolist()
    ]
    return {"name": name, "role": ROLES.get(name, ""), "rows": rows, "columns": columns, "cells": cells}


def _in_text(step: Mapping[str, Any]) -> str:
    """Return one step as text: its title, then its result as a table or what is missing."""
    if not step["tables"]:
        return f"{step['title']}\n  {step['missing']}"
    table = step["tables"][-1]
    head = "".join(f"{column:>12}" for column in table["columns"])
    rows = [
        f"  {name:>4}"
        + "".join(f"{cell:>12.4g}" if isinstance(cell, float | int) else f"{cell:>12}" for cell in row)
        for name, row in zip(table["rows"], table["cells"], strict=True)
    ]
    return "\n".join([step["title"], f"      {head}", *rows])
