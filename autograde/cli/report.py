"""How grades look in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograde.classroom.analysis import Analysis, hours, percent
from autograde.classroom.feedback import points
from autograde.classroom.regrade import Change
from autograde.classroom.report import Mistake, Standing, reason
from autograde.classroom.store import Graded
from autograde.wording import printable


def print_standings(console: Console, standings: Iterable[Standing], results: Iterable[Graded]) -> None:
    """Print one line for each submission: what it got and why."""
    reasons = {(graded.student, graded.lesson): reason(graded) for graded in results}
    table = Table(show_edge=False)
    table.add_column("student", no_wrap=True)
    table.add_column("lesson", no_wrap=True)
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("why", overflow="fold")
    for each in standings:
        found = reasons.get((each.student, each.lesson)) or reason(None)
        why = printable(found) + ("; late" if each.late_s > 0 else "") + _to_grade(each)
        table.add_row(escape(each.student), each.lesson, _earned(each), escape(why))
    console.print(table)


def _earned(standing: Standing) -> str:
    colour = "green" if standing.points >= standing.max_points else "yellow" if standing.points else "red"
    return f"[{colour}]{points(standing.points)}[/{colour}] of {points(standing.max_points)}"


def _to_grade(standing: Standing) -> str:
    parts = [("to grade by hand", standing.to_grade), ("not answered", standing.unanswered)]
    return "".join(f"; {what}: {', '.join(map(_exercise_id, cells))}" for what, cells in parts if cells)


def _exercise_id(cell: str) -> str:
    """Return "04.5" for "exercise-04-5"."""
    return cell.removeprefix("exercise-").replace("-", ".")


def print_class(console: Console, standings: Iterable[Standing]) -> None:
    """Print students by lessons; an asterisk marks what waits for a person."""
    rows: dict[str, dict[str, Standing]] = {}
    for each in standings:
        rows.setdefault(each.student, {})[each.lesson] = each
    lessons = sorted({lesson for row in rows.values() for lesson in row})
    table = Table(show_edge=False)
    table.add_column("student")
    for lesson in lessons:
        table.add_column(lesson, justify="right")
    for student, row in sorted(rows.items()):
        table.add_row(escape(student), *(_cell(row.get(lesson)) for lesson in lessons))
    console.print(table)
    if any(each.to_grade for row in rows.values() for each in row.values()):
        console.print("[dim]* waits for a person: formgrader, Manual Grading[/dim]")


def _cell(standing: Standing | None) -> str:
    if standing is None or not standing.handed_in:
        return "[dim]–[/dim]"
    return _earned(standing) + ("*" if standing.to_grade else "")


def print_analysis(console: Console, found: Analysis) -> None:
    """Print what a lesson's results say, in tables."""
    absent = f", {len(found.absent)} have not" if found.absent else ""
    console.print(
        f"[bold]{escape(found.lesson)}[/bold]: {found.handed_in} have handed in{absent}. "
        f"Points: median {points(found.middle)}, mean {points(found.mean)} of {points(found.max_points)}."
    )
    _print_items(console, found)
    print_mistakes(console, found.mistakes)
    _print_fixes(console, found)
    rows = [("waits for a person", each.student, each.why) for each in found.waiting]
    rows += [("not handed in", each, "") for each in found.absent]
    for each in found.rare:
        share = f"{len(each.students)} of {each.tried}, {percent(each.share)}"
        rows.append(("rare and shared", ", ".join(each.students), f"{each.exercise} {each.what} ({share})"))
    for pair in found.together:
        chance = f"by chance {pair.expected:.2g} such pairs"
        rows.append(("several together", ", ".join(pair.students), f"{'; '.join(pair.mistakes)} ({chance})"))
    table = Table(show_edge=False, title="Who", title_justify="left")
    for name in ("what", "student", "why"):
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(escape(printable(cell)) for cell in row))
    console.print(table)
    if found.rare:
        console.print("[dim]Rare and shared is a question to ask, and no verdict.[/dim]")


def _print_items(console: Console, found: Analysis) -> None:
    table = Table(show_edge=False, title="Checks", title_justify="left")
    table.add_column("exercise")
    table.add_column("accepted", justify="right", no_wrap=True)
    table.add_column("discrimination", justify="right")
    table.add_column("check", overflow="fold")
    for item in found.items:
        tells = "–" if item.discrimination is None else f"{item.discrimination:+.2f}"
        accepted = f"{item.accepted} of {item.judged}, {percent(item.difficulty)}"
        table.add_row(item.exercise, accepted, tells, escape(item.sentence))
    console.print(table)


def _print_fixes(console: Console, found: Analysis) -> None:
    if not found.fixes:
        return
    table = Table(show_edge=False, title="From a named mistake to its fix", title_justify="left")
    for name in ("exercise", "mistake", "students", "fixed", "median time", "hand-ins"):
        table.add_column(name)
    for each in found.fixes:
        tries = "–" if each.median_tries is None else f"{each.median_tries:g}"
        counts = str(each.students), str(each.fixed)
        table.add_row(each.exercise, escape(each.what), *counts, hours(each.median_h), tries)
    console.print(table)


def print_mistakes(console: Console, mistakes: Iterable[Mistake]) -> None:
    """Print what went wrong most often."""
    table = Table(show_edge=False, title="What went wrong most often", title_justify="left")
    table.add_column("submissions", justify="right")
    table.add_column("exercise")
    table.add_column("mistake")
    for mistake in mistakes:
        table.add_row(str(mistake.students), mistake.exercise, escape(mistake.what))
    console.print(table)


def print_changes(console: Console, changes: Sequence[Change]) -> None:
    """Print whose points would change, by how much and through which check."""
    if not changes:
        console.print("Nobody's points would change.")
        return
    table = Table(show_edge=False)
    for name in ("student", "lesson", "exercise"):
        table.add_column(name, no_wrap=True)
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("through", overflow="fold")
    for each in changes:
        through = [
            f"{check.sentence} {points(check.before)} to {points(check.after)}." for check in each.checks
        ]
        through += ["A person has graded this: that grade stays."] * each.by_hand
        earned = f"{points(each.before)} to {points(each.after)}"
        table.add_row(escape(each.student), each.lesson, each.exercise, earned, escape(" ".join(through)))
    console.print(table)
    students = len({each.student for each in changes if each.difference})
    total = sum(each.difference for each in changes)
    who = "The points of 1 student" if students == 1 else f"The points of {students} students"
    console.print(f"{who} would change, by {total:+g} in all. Without --dry-run exactly this is applied.")
