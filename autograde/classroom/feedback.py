"""What a learner reads after grading: text, a table for a notebook, and a page that needs no network.

Everything that a learner wrote is escaped, or sanitised where it is HTML. The page holds no script.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nh3
from markupsafe import Markup

from autograde.call import Target
from autograde.classroom.store import Graded
from autograde.templates import render
from autograde.verdict import CheckResult, ExerciseResult, Verdict
from autograde.wording import OURS, WORDING, printable

TEMPLATES = Path(__file__).parent / "templates"
SANDBOX_WORDS = {
    "full": "in the full sandbox",
    "standard": "in the standard sandbox",
    "filtered": "in the filtered sandbox, the weakest one",
    "none": "without a sandbox",
}


@dataclass(frozen=True)
class Written:
    """An answer that a person grades; its texts are HTML, sanitised unless they are Markup."""

    id: str
    question: str
    answer: str
    score: float | None
    max_score: float
    comment: str = ""


@dataclass(frozen=True)
class Feedback:
    """What one page shows."""

    title: str
    graded: Graded
    score: float
    max_score: float
    submitted: str = ""
    late: str = ""
    due: str = ""
    name: str = ""
    penalty: float = 0.0
    written: Sequence[Written] = ()


def next_step(result: ExerciseResult) -> str:
    """Return the one thing that the learner does next, or "" when nothing is left to do."""
    if result.accepted:
        return ""
    if result.judge_failed:
        return "Nothing: the grader failed here, and your instructor has been told."
    first = next(check for check in result.checks if check.verdict is not Verdict.ACCEPTED)
    if first.verdict is Verdict.NOT_ATTEMPTED:
        return f'Open {_file(result)}. hint("{result.id}") shows the idea.'
    if first.verdict is Verdict.RULE_BROKEN:
        return f"Write {_name(result)} without the call that is named above."
    if first.verdict is Verdict.RUN_TIME_ERROR:
        return f'Run check("{result.id}") and start from the line that the error names.'
    return f'Try the first open check on small numbers by hand; hint("{result.id}") helps.'


def _file(result: ExerciseResult) -> str:
    return Target.of(result.function).file


def _name(result: ExerciseResult) -> str:
    return Target.of(result.function).name


def points(value: float | None) -> str:
    """Return points without a needless fraction; a dash where they are open."""
    return "–" if value is None else f"{round(value, 2):g}"


def exercise_text(result: ExerciseResult) -> str:
    """Return what a learner reads about one exercise, as plain text."""
    lines = [f"{result.id} {_name(result)}: {points(result.points)} of {points(result.max_points)} points"]
    lines += [_check_text(check) for check in result.checks]
    lines += [result.message, next_step(result)]
    return printable("\n".join(filter(None, lines)))


def _check_text(check: CheckResult) -> str:
    earned = f"{points(check.points)}/{points(check.max_points)}"
    line = f"  {earned}  {WORDING[check.verdict].word}: {check.sentence}"
    return " ".join(filter(None, (line, told(check), check.how)))


def exercise_html(result: ExerciseResult) -> str:
    """Return the table of one exercise, for a notebook's output."""
    return render(TEMPLATES, "exercise.html.j2", {"exercise": result, **_helpers()})


def told(check: CheckResult) -> str:
    """Return the message that a learner gets: what went wrong in the grader is not for the page."""
    return OURS if check.verdict is Verdict.JUDGE_ERROR else check.message


def page(feedback: Feedback) -> str:
    """Return the whole page of one submission."""
    return render(TEMPLATES, "feedback.html.j2", {"page": feedback, **_helpers()})


def safe_html(html: str) -> Markup:
    """Return HTML without scripts, styles, frames, forms and anything that is fetched from elsewhere."""
    cleaned = nh3.clean(
        printable(html),
        attributes={
            "*": {"class"},
            "a": {"href", "title"},
            "img": {"src", "alt"},
            "td": {"colspan", "rowspan"},
        },
        url_schemes={"http", "https", "data"},
        attribute_filter=_kept_attribute,
    )
    return Markup(cleaned)


def _kept_attribute(tag: str, name: str, value: str) -> str | None:
    """Keep pictures that are inside the page, and links that lead out of it."""
    if tag == "img" and name == "src":
        return value if re.match(r"data:image/(png|jpeg|gif|webp);base64,", value) else None
    if name == "href":
        return value if re.match(r"https?://|#", value) else None
    return value


def _helpers() -> dict[str, Any]:
    return {
        "points": points,
        "printable": printable,
        "told": told,
        "next_step": next_step,
        "wording": WORDING,
        "sandbox_words": SANDBOX_WORDS,
        "safe_html": lambda html: html if isinstance(html, Markup) else safe_html(html),
    }
