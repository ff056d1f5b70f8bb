"""Who is in the class, and when work is due: roster and due."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict
from datetime import date as whole_day
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograde.cli.opened import AS_JSON, opened
from autograde.course.release import lesson_names
from autograde.course.settings import due_text
from autograde.errors import AutogradeError, explain


@click.group(invoke_without_command=True)
@AS_JSON
@click.pass_context
def roster(context: click.Context, as_json: bool) -> None:
    """List the class, or bring it in from a table.

    Example: autograde roster import students.csv
    """
    if context.invoked_subcommand is not None:
        return
    from autograde.nbgrader_plugins.people import roster as read

    people = list(read(opened()))
    if as_json:
        click.echo(json.dumps([asdict(each) for each in people], indent=2))
        return
    table = Table(show_edge=False)
    for name in ("student", "name", "e-mail", "number on the platform"):
        table.add_column(name, overflow="fold")
    for each in people:
        name = f"{each.first_name} {each.last_name}".strip()
        table.add_row(*map(escape, (each.id, name, each.email, each.lms_id)))
    Console().print(table)
    click.echo(f"{len(people)} students")


@roster.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--columns",
    default="",
    metavar="FIELD=COLUMN,...",
    help="Where to find id, first, last, name, email, lms: a header, or a number from 1.",
)
@AS_JSON
def import_(file: Path, columns: str, as_json: bool) -> None:
    """Bring the class in from a CSV: a gradebook of Canvas, the participants of Moodle, or one of your own.

    Any encoding, commas or semicolons. Nobody is removed, and what FILE leaves open stays. Importing again
    changes nothing.

    Example: autograde roster import students.csv --columns id=4,first=1,last=2,email=3
    """
    from autograde.classroom.roster import read_roster
    from autograde.classroom.table import read_table
    from autograde.nbgrader_plugins.people import enrol

    people, left_out = read_roster(read_table(file), columns)
    done = enrol(opened(), people)
    if as_json:
        click.echo(json.dumps(asdict(done) | {"left_out": left_out}, indent=2))
        return
    count = len(done.new) + len(done.changed) + len(done.same)
    click.echo(
        f"{count} student{'s' * (count != 1)}: {len(done.new)} new, {len(done.changed)} changed,"
        f" {len(done.same)} as before"
    )
    if done.absent:
        click.echo(f"Not in {file.name}: {', '.join(done.absent)}")
    for sentence in left_out:
        click.echo(sentence, err=True)


@click.command()
@click.argument("lesson", required=False)
@click.argument("date", required=False)
@click.option("--student", metavar="NAME", help="Let it be due later for one student.")
@AS_JSON
def due(lesson: str | None, date: str | None, student: str | None, as_json: bool) -> None:
    """Show when lessons are due, or set it: for all in course.toml, or later for one student.

    DATE is like "2026-12-01 23:59", in the time zone of this machine, or "none". Learners see it once the
    lesson is released. What lateness costs stands in course.toml, [late]: per_day, most, grace_minutes.

    Example: autograde due 01_vectors "2026-12-01 23:59" --student ada
    """
    from autograde.nbgrader_plugins.due import extend, read_due, set_date

    nbgrader = opened()
    names = lesson_names(nbgrader.root, (lesson,) if lesson else ())
    if lesson and date is not None:
        when = _date(date)
        if student is not None:
            extend(nbgrader, lesson, student, when)
        else:
            set_date(nbgrader, lesson, when)
    elif student is not None:
        raise AutogradeError(explain("due", "LESSON and DATE with --student", "none"))
    found = {name: read_due(nbgrader, name) for name in names}
    if as_json:
        rows = [
            {
                "lesson": name,
                "due": each.date and f"{each.date.isoformat()}+00:00",
                "extensions_s": {who: by.total_seconds() for who, by in each.extensions.items()},
            }
            for name, each in found.items()
        ]
        click.echo(json.dumps(rows, indent=2))
        return
    for name, each in found.items():
        click.echo(f"{name}: {_shown(each.date)}")
        for who in sorted(each.extensions):
            click.echo(f"  {who}: {_shown(each.of(who))}")
    if lesson and date and student is None:
        click.echo(f"Learners see it after: autograde release {lesson}")
    if lesson and date and nbgrader.submitted(lesson):
        click.echo(f"Points follow it after: autograde grade {lesson}")


def _shown(date: datetime | None) -> str:
    from datetime import UTC

    return due_text(date.replace(tzinfo=UTC)) if date else "no due date"


def _date(text: str) -> datetime | None:
    if text == "none":
        return None
    with suppress(ValueError):
        text = f"{whole_day.fromisoformat(text)} 23:59"
    return _time(text)


def _time(text: str) -> datetime:
    example = '"2026-12-01 23:59", or none'
    try:
        said = datetime.fromisoformat(text)
        found = said.astimezone()
    except (ValueError, OverflowError):
        raise AutogradeError(explain("DATE", f"a date such as {example}", repr(text))) from None
    if said.tzinfo is None and found.replace(tzinfo=None) != said:
        expected = "a time that the clocks here show"
        raise AutogradeError(explain("DATE", expected, f"{text!r}, when they are put forward"))
    return found


COMMANDS: list[click.Command] = [roster, due]
