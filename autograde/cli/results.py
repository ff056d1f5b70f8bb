"""How results look in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograde.doctor import Finding
from autograde.sandbox.level import Level
from autograde.verdict import ExerciseResult, SubmissionResult, Verdict

COLOURS = {Verdict.ACCEPTED: "green", Verdict.NOT_ATTEMPTED: "dim", Verdict.JUDGE_ERROR: "magenta"}


def print_result(console: Console, result: SubmissionResult) -> None:
    """Print every exercise with its checks, then the sum."""
    for exercise in result.exercises:
        console.print(_exercise_table(exercise))
        if exercise.message:
            console.print(f"  {escape(exercise.message)}\n")
    environment = ", ".join(f"{name} {value}" for name, value in result.environment.items())
    console.print(f"[bold]{points(result.points)} of {points(result.max_points)} points[/bold]")
    console.print(f"[dim]{environment}[/dim]")
    if result.environment["sandbox"] != Level.FULL:
        level = result.environment["sandbox"]
        console.print(f"[yellow]sandbox: expected level full, got {level}. Run: autograde doctor[/yellow]")


def points(value: float) -> str:
    """Return points without a needless fraction."""
    return f"{value:g}"


def _exercise_table(exercise: ExerciseResult) -> Table:
    title = f"{exercise.id} {exercise.function}  {points(exercise.points)} of {points(exercise.max_points)}"
    table = Table(title=title, title_justify="left", expand=True, show_edge=False)
    table.add_column("verdict", no_wrap=True)
    table.add_column("check", ratio=2)
    table.add_column("what to know", ratio=3)
    table.add_column("points", justify="right", no_wrap=True)
    for check in exercise.checks:
        colour = COLOURS.get(check.verdict, "red")
        table.add_row(
            f"[{colour}]{check.verdict}[/{colour}]",
            escape(check.sentence),
            escape(" ".join(filter(None, (check.message, check.how)))),
            f"{points(check.points)}/{points(check.max_points)}",
        )
    return table


def print_findings(console: Console, findings: Sequence[Finding]) -> None:
    """Print what this machine offers and what to do about what is missing."""
    table = Table(show_edge=False)
    for column in ("", "what", "found", "what to do"):
        table.add_column(column)
    for finding in findings:
        mark = (
            "[green]yes[/green]" if finding.works else "[red]no[/red]" if finding.needed else "[dim]no[/dim]"
        )
        table.add_row(mark, escape(finding.what), escape(finding.found), escape(finding.next_step))
    console.print(table)
