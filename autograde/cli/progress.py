"""How far the grading of a class is: one live line on a terminal, else a plain line now and then."""

from __future__ import annotations

import time
from collections import Counter
from types import TracebackType

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from autograde.nbgrader_plugins.grade_class import Outcome
from autograde.verdict import ExerciseResult, Verdict
from autograde.wording import WORDING

EVERY_S = 5.0
"""How often a plain line is printed."""

SLOW_S = 5.0
"""Who takes longer than this is named."""


class Shown:
    """Counts outcomes and shows them on standard error."""

    def __init__(self, total: int, *, quiet: bool = False) -> None:
        self.total, self.done = total, 0
        self.counts: Counter[str] = Counter()
        self.slow: list[tuple[float, str]] = []
        self._begin = self._said = time.monotonic()
        console = Console(stderr=True)
        self._plain = not console.is_terminal and not quiet
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[said]}"),
        )
        self._progress = Progress(*columns, console=console, transient=True, disable=quiet or self._plain)
        self._task = self._progress.add_task("grading", total=total, said="")

    def __enter__(self) -> Shown:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()
        if self._plain and self.done:
            click.echo(self.line(), err=True)

    def tell(self, outcome: Outcome) -> None:
        """Count one submission."""
        self.done += 1
        self.counts.update(_verdicts(outcome))
        if outcome.seconds > SLOW_S:
            self.slow = sorted([(outcome.seconds, outcome.student), *self.slow], reverse=True)[:3]
        now = time.monotonic()
        self._progress.update(
            self._task, advance=1, description=outcome.lesson, said=escape(f"{self.rate}; {self.verdicts}")
        )
        if self._plain and now - self._said > EVERY_S:
            self._said = now
            click.echo(self.line(), err=True)

    @property
    def rate(self) -> str:
        """Return how many submissions are done in a second."""
        return f"{self.done / max(time.monotonic() - self._begin, 1e-3):.1f} a second"

    @property
    def verdicts(self) -> str:
        """Return the verdicts so far, exercise by exercise, and who was slow."""
        parts = [f"{count} {word}" for word, count in self.counts.most_common(4)]
        slow = ", ".join(f"{student} {seconds:.0f} s" for seconds, student in self.slow)
        return ", ".join(parts) + (f"; slow: {slow}" if slow else "")

    def line(self) -> str:
        """Return all of it in one line."""
        spent = time.monotonic() - self._begin
        left = spent / self.done * (self.total - self.done) if self.done else 0.0
        time_left = f", {left:.0f} s left" if self.done < self.total else f", {spent:.1f} s"
        return f"{self.done} of {self.total}, {self.rate}{time_left}; {self.verdicts}"


def _verdicts(outcome: Outcome) -> list[str]:
    """Return a word for each exercise: its first verdict that is not accepted."""
    if outcome.graded is None or outcome.graded.result is None:
        return ["not graded"]
    return [WORDING[_verdict(each)].word for each in outcome.graded.result.exercises]


def _verdict(exercise: ExerciseResult) -> Verdict:
    verdicts = (check.verdict for check in exercise.checks if check.verdict is not Verdict.ACCEPTED)
    return next(verdicts, Verdict.ACCEPTED)
