"""How things read: a verdict, as a symbol, a word and a tone; and a text that somebody else wrote."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from autograde.verdict import Verdict

OURS = "This is a fault of the grader, not yours; the grade stays open."
"""What a learner reads of a `judge_error`; what it was is the instructor's business."""

ALL_THE_SAME = "Your code was graded all the same."
"""What a note about a notebook ends with; not said where there was no code."""

ABSOLUTE_PATH = re.compile(r"(?<![\w.~/-])(?:/[\w.@+~-]+)+/(?=[\w.@+~-])")
"""The folders of a path that begins at the root, up to its last name."""


LINES_AND_TABS = str.maketrans("", "", "\n\t")


@dataclass(frozen=True)
class Wording:
    """How one verdict is shown."""

    symbol: str
    word: str
    tone: Literal["good", "bad", "open"]


WORDING: dict[Verdict | None, Wording] = {
    Verdict.ACCEPTED: Wording("✓", "accepted", "good"),
    Verdict.WRONG_ANSWER: Wording("✗", "wrong answer", "bad"),
    Verdict.RUN_TIME_ERROR: Wording("✗", "error", "bad"),
    Verdict.TIME_LIMIT_EXCEEDED: Wording("✗", "no answer", "bad"),
    Verdict.MEMORY_LIMIT_EXCEEDED: Wording("✗", "too much memory", "bad"),
    Verdict.OUTPUT_LIMIT_EXCEEDED: Wording("✗", "too much output", "bad"),
    Verdict.NOT_ATTEMPTED: Wording("○", "not written yet", "open"),
    Verdict.RULE_BROKEN: Wording("✗", "not allowed", "bad"),
    Verdict.JUDGE_ERROR: Wording("?", "not judged", "open"),
    None: Wording("–", "not run", "open"),
}
"""The wording of every verdict; None is a check that did not run."""


def printable(text: str) -> str:
    """Return the text without characters that could steer a terminal; lines and tabs stay."""
    if text.translate(LINES_AND_TABS).isprintable():
        return text
    return "".join(c for c in text if c in "\n\t" or c.isprintable())


def by_name(text: str) -> str:
    """Return the text with each absolute path cut to its last name: where a machine keeps things is its own.

    >>> by_name("cannot import name 'x' from 'numpy' (/srv/course/.venv/numpy/__init__.py)")
    "cannot import name 'x' from 'numpy' (__init__.py)"
    """
    return ABSOLUTE_PATH.sub("", text)
