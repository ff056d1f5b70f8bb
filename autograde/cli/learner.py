"""The learner's commands: check, hint, reset, restore, progress, submit."""

from __future__ import annotations

import contextlib
import importlib
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from types import ModuleType

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograde.course.backup import versions
from autograde.course.lay import RELEASED
from autograde.course.lesson import lesson_folders
from autograde.course.remembered import next_hint, note_attempt, show_hint
from autograde.course.renew import renew
from autograde.course.reset import reset, restore
from autograde.course.settings import due_text
from autograde.course.workspace import Workspace, find_lesson, find_workspace, named_lesson
from autograde.errors import AutogradeError, explain
from autograde.practice.failure import Place
from autograde.practice.handin import Look, lateness, look, write_zip
from autograde.practice.progress import progress_rows
from autograde.practice.run import Practice, practise_all, practise_one
from autograde.practice.standing import progress_lines, standing
from autograde.wording import WORDING

COLOURS = {"good": "green", "bad": "red", "open": "dim"}


def say(command: str, exercise_id: str) -> str:
    """Return how a command is spelt in a terminal."""
    return f"autograde {command} {exercise_id}"


@contextlib.contextmanager
def _output_aside(aside: bool) -> Iterator[None]:
    """Send what the learner's code prints to stderr where stdout must be one JSON object."""
    with contextlib.redirect_stdout(sys.stderr) if aside else contextlib.nullcontext():
        yield


@click.command()
@click.argument("exercise_ids", metavar="ID...", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def check(exercise_ids: tuple[str, ...], as_json: bool) -> None:
    """Run the public checks of one or more exercises on your own files.

    Exit code 0: all were accepted. 1: one was not. 2: there is no such exercise, or no course here.

    Example: autograde check 03.1 03.2
    """
    workspace = find_workspace()
    console = Console()
    results = []
    for exercise_id in exercise_ids:
        with _output_aside(as_json):
            lesson, exercise = find_lesson(workspace, exercise_id)
            note_attempt(workspace, exercise)
            results.append(practise_one(workspace, lesson, exercise))
        if not as_json:
            _print_practice(console, results[-1])
    if as_json:
        click.echo(json.dumps({"exercises": [result.as_json() for result in results]}, indent=2))
    sys.exit(0 if all(result.accepted for result in results) else 1)


def _print_practice(console: Console, result: Practice) -> None:
    console.print(Text.assemble((f"{result.id} {result.function}", "bold"), f"  {result.title}"))
    if result.problem:
        console.print(Text(_located(result.problem, result.place), "red"))
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column()
    for check in result.checks:
        wording = WORDING[check.verdict]
        said = Text(check.sentence)
        if check.message:
            said.append(f"\n{_located(check.message, check.place)}", COLOURS[wording.tone])
        table.add_row(Text(f"{wording.symbol} {wording.word}", COLOURS[wording.tone]), said)
    console.print(table)
    console.print(Text(result.summary, "bold"))
    console.print(Text(result.advice.text(say) + "\n"))


def _located(message: str, place: Place | None) -> str:
    return f"{message} ({place})" if place else message


@click.command()
@click.argument("exercise_id", metavar="ID")
@click.argument("number", required=False, type=click.IntRange(1, 3))
def hint(exercise_id: str, number: int | None) -> None:
    """Show the next hint for an exercise, or hint NUMBER: the idea, the formula, the steps.

    Example: autograde hint 03.1
    """
    workspace = find_workspace()
    _, exercise = find_lesson(workspace, exercise_id)
    shown = show_hint(workspace, exercise, number) if number else next_hint(workspace, exercise)
    click.echo(f"Hint {shown} of {len(exercise.hints)} for {exercise.id}: {exercise.hints[shown - 1]}")
    if shown < len(exercise.hints):
        click.echo(f"autograde hint {exercise.id} {shown + 1} shows the next one.")


@click.command("reset")
@click.argument("exercise_id", metavar="ID")
def reset_command(exercise_id: str) -> None:
    """Put the functions of an exercise back to where they began; your file is kept under backup/.

    Example: autograde reset 03.1
    """
    workspace = find_workspace()
    _, exercise = find_lesson(workspace, exercise_id)
    click.echo(reset(workspace, exercise).sentence)


@click.command("restore")
@click.argument("exercise_id", metavar="ID")
@click.argument("number", required=False, type=click.IntRange(1))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def restore_command(exercise_id: str, number: int | None, as_json: bool) -> None:
    """List the kept versions of an exercise's file, or bring version NUMBER back; 1 is the newest.

    A version is kept at each check, reset and restore, so a restore can be undone by another one. With a
    lesson in place of an exercise, lay the released notebook beside a damaged one, with what you wrote in it.

    Example: autograde restore 03.1 1
    """
    workspace = find_workspace()
    if exercise_id in {folder.name for folder in lesson_folders(workspace.lessons)}:
        notebook = workspace.lessons / exercise_id / f"{exercise_id}.ipynb"
        renewed = renew(notebook, _released_notebook(workspace, exercise_id), workspace.root)
        click.echo(json.dumps(asdict(renewed), indent=2) if as_json else renewed.sentence)
        return
    _, exercise = find_lesson(workspace, exercise_id)
    if number is not None:
        done = restore(workspace, exercise, number)
        click.echo(json.dumps(asdict(done), indent=2) if as_json else done.sentence)
        return
    found = versions(workspace.root, exercise.file)
    if as_json:
        rows = [asdict(each) | {"when": each.when.isoformat()} for each in found]
        click.echo(json.dumps({"file": exercise.file, "versions": rows}, indent=2))
        return
    for place, each in enumerate(found, 1):
        click.echo(f"{place:>3}  {each.when:%Y-%m-%d %H:%M:%S}  {each.change}")
    if not found:
        click.echo(f"{exercise.file}: no version is kept yet. One is kept at each check, reset and restore.")


def _released_notebook(workspace: Workspace, lesson: str) -> bytes:
    """Return a lesson's notebook as it was released; where the solutions lie it is made from them."""
    inside = f"lessons/{lesson}/{lesson}.ipynb"
    copy = workspace.root / RELEASED / inside
    if copy.is_file():
        return copy.read_bytes()
    if workspace.solutions is not None and (generating := _optional("generate")):
        return bytes(generating.generate(workspace.root, [lesson])[inside])
    next_step = "Fetch the lesson again: move its folder away before."
    raise AutogradeError(explain(str(copy), "the released notebook", "no such file", next_step))


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def progress(as_json: bool) -> None:
    """Show how far you are; what has changed since it was last checked is checked again.

    Example: autograde progress
    """
    workspace = find_workspace()
    if as_json:
        with _output_aside(True):
            results = list(practise_all(workspace))
        click.echo(json.dumps({"exercises": [result.as_json() for result in results]}, indent=2))
        return
    rows = []
    with Console(stderr=True).status("Checking ...") as status:
        for row in progress_rows(workspace):
            rows.append(row)
            status.update(f"Checked {row.id} {row.function} ...")
    if not rows:
        raise AutogradeError(explain(str(workspace.lessons), "lessons", "none", "Fetch one first."))
    lessons = [standing(workspace, lesson) for lesson in dict.fromkeys(row.lesson for row in rows)]
    done = sum(row.accepted for row in rows)
    click.echo("\n".join(progress_lines(rows, lessons)))
    click.echo(f"{done} of {len(rows)} exercises accepted by their public checks.")
    if late := workspace.settings.late_sentence:
        click.echo(late)


@click.command()
@click.argument("lesson", required=False)
@click.option("--zip", "as_zip", is_flag=True, help="Write an archive for a learning platform.")
@click.option("--dry-run", is_flag=True, help="Show what would go in; hand in nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def submit(lesson: str | None, as_zip: bool, dry_run: bool, as_json: bool) -> None:
    """Hand in a lesson: the one whose folder you are in, or LESSON.

    Shows what goes in and how the public checks stand, then hands in through the exchange of this machine.
    Where there is none, it writes an archive and says where it lies.

    Example: autograde submit 01_vectors
    """
    workspace = find_workspace()
    chosen = named_lesson(workspace, lesson)
    with _output_aside(True):
        found = look(workspace, chosen)
    if not as_json:
        click.echo("\n".join(found.lines()))
    done = {"sentence": "Nothing was handed in."} if dry_run else _handed_in(workspace, found, as_zip)
    if not as_json:
        click.echo(done["sentence"])
        return
    said = {
        "lesson": found.contents.lesson,
        "taken": found.contents.taken,
        "left_out": found.contents.left_out,
        "exercises": {row.id: row.state for row in found.rows},
        "warnings": found.warnings,
        "due": found.due,
        "earlier": [each.when.isoformat() for each in found.earlier],
    }
    click.echo(json.dumps(said | done, indent=2))


def _handed_in(workspace: Workspace, found: Look, as_zip: bool) -> dict[str, str]:
    """Hand in, and return what the learner is told of it."""
    lesson, exchange = found.contents.lesson, None if as_zip else _optional("handin")
    if exchange is None or not exchange.exchange_has(workspace, lesson):
        path = write_zip(workspace, found.contents).relative_to(workspace.root).as_posix()
        asks = f"Written: {path}. Upload it where your instructor asks for {lesson}."
        return {"zip": path, "sentence": f"{asks}{_late(workspace, lesson, datetime.now(UTC))}"}
    when = exchange.hand_in(workspace, lesson)
    received = f"{lesson} was received on {due_text(when)}, {len(found.contents.taken)} files."
    return {"received": when.isoformat(), "sentence": f"{received}{_late(workspace, lesson, when)}"}


def _late(workspace: Workspace, lesson: str, when: datetime) -> str:
    """Return whether that was in time, where there is a date; more time for one student stands elsewhere."""
    due = workspace.settings.due.get(lesson)
    if due is None:
        return ""
    if when <= due:
        return " In time."
    return f" {lateness(due, when).capitalize()}, unless you were given more time."


def _optional(module: str) -> ModuleType | None:
    """Return what knows nbgrader; None where nbgrader cannot be imported, as on Windows."""
    try:
        return importlib.import_module(f"autograde.nbgrader_plugins.{module}")
    except ImportError:
        return None


COMMANDS: list[click.Command] = [check, hint, reset_command, restore_command, progress, submit]
